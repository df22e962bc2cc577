package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.people.Site;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which pages are this node's own. Pages of other sites may send requests here with the visitor's cookies, or through
/// this machine; browsers say so (Origin, Fetch Metadata).
///
/// @param address under which people reach the node, where it is not the one that it sees: `https://name[:port]`
record Origins(@Nullable String address) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final int MOST_NAME = 253;

    /// Whether no page of another site can have caused the request. One that says nothing comes from no browser.
    boolean admits(Context context) {
        var site = context.header("Sec-Fetch-Site");
        if (site != null && !OWN_SITE.contains(site)) return false;
        var origin = context.header("Origin");
        return origin == null || isOwn(origin, context);
    }

    /// Whether a browser says that one of this node's own pages caused the request.
    boolean isOwnPage(Context context) {
        return context.header("Origin") != null && admits(context);
    }

    /// The address under which the page that asks is open, if it is one of this node's own.
    Optional<Site> site(Context context) {
        var origin = context.header("Origin");
        if (origin == null || !admits(context)) return Optional.empty();
        var host = URI.create(origin).getHost();
        return host == null || host.length() > MOST_NAME
                ? Optional.empty()
                : Optional.of(new Site(origin, host.toLowerCase(Locale.ROOT)));
    }

    private boolean isOwn(String origin, Context context) {
        if (origin.equals(address)) return true;
        try {
            var authority = URI.create(origin).getAuthority();
            return authority != null && authority.equals(context.host());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Whether a Host header names this machine. A name that an attacker's DNS points here does not (DNS rebinding).
    static boolean isLoopbackName(@Nullable String host) {
        if (host == null) return false;
        var lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        var name = colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
        return LOOPBACK_NAMES.contains(name);
    }
}
