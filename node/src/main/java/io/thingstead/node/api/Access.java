package io.thingstead.node.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.people.Need;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may do what over HTTP: asked before each route, with what [Needs] says that it needs. A request with the admin
/// token may all, and so may one from this machine that no foreign web page can have caused.
public final class Access {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    /// What whoever reaches the listener may.
    private static final Set<Need> REACHABLE = EnumSet.of(Need.READ, Need.EXPORT, Need.METRICS);

    private final byte @Nullable [] adminToken;
    private final boolean isReachable;

    /// @param adminToken without one, only this machine may
    /// @param host on which the HTTP listener is
    public Access(@Nullable String adminToken, String host) {
        this.isReachable = !isLoopback(host);
        this.adminToken = adminToken == null ? null : adminToken.getBytes(StandardCharsets.UTF_8);
    }

    /// Asked before the route; if it may not be, says why and leaves the route out.
    void check(Context context) {
        // Javalin answers HEAD by itself, where there is a GET, and asks no route.
        if (context.method().equals(HandlerType.HEAD)) return;
        var route = context.endpoints().matchedHttpEndpoint();
        var need = route == null ? Optional.<Need>empty() : Needs.of(route.method + " " + route.path);
        if (need.isPresent() && admits(context, need.get())) return;
        Problem.send(
                context,
                Refusal.REQUEST_FORBIDDEN,
                "this needs the admin token (Authorization: Bearer …), or comes from this machine and its own pages");
        context.skipRemainingHandlers();
    }

    private boolean admits(Context context, Need need) {
        if (need == Need.NOTHING || need == Need.DEVICE || REACHABLE.contains(need)) return true;
        return hasToken(context) || isLocal(context);
    }

    /// Whether other machines can ask.
    boolean isReachable() {
        return isReachable;
    }

    private boolean hasToken(Context context) {
        var header = context.header("Authorization");
        if (adminToken == null || header == null || !header.startsWith("Bearer ")) return false;
        return MessageDigest.isEqual(
                adminToken, header.substring("Bearer ".length()).trim().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLocal(Context context) {
        // behind a proxy every request comes from this machine
        if (context.header("X-Forwarded-For") != null || context.header("Forwarded") != null) return false;
        return comesFromLoopback(context) && isLoopbackName(context.host()) && isOwnPage(context);
    }

    private static boolean comesFromLoopback(Context context) {
        return isLoopback(context.ip());
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    /// A page of another site may send requests here, but its browser says so (Fetch Metadata, Origin).
    private static boolean isOwnPage(Context context) {
        var site = context.header("Sec-Fetch-Site");
        if (site != null && !OWN_SITE.contains(site)) return false;
        var origin = context.header("Origin");
        if (origin == null) return true;
        try {
            return Objects.equals(URI.create(origin).getAuthority(), context.host());
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
