package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.people.Sessions;
import io.thingstead.node.people.Site;
import java.util.Optional;

/// The cookie in which a browser keeps who it is signed in as. No script reads it, no other site's page sends it, and
/// where the page came over TLS, it goes back over nothing else.
record SessionCookie(String name) {
    /// Browsers take a cookie of such a name over TLS only, and from this very host.
    private static final String HOST = "__Host-";

    private static final String KEPT = "; Path=/; HttpOnly; SameSite=Strict";

    Optional<String> read(Context context) {
        return Optional.ofNullable(context.cookie(HOST + name)).or(() -> Optional.ofNullable(context.cookie(name)));
    }

    void set(Context context, String secret, Site site) {
        var full = site.isSecure() ? HOST + name : name;
        context.res()
                .addHeader(
                        "Set-Cookie",
                        full + "=" + secret + "; Max-Age=" + Sessions.MOST_MS / 1_000 + KEPT
                                + (site.isSecure() ? "; Secure" : ""));
    }

    void clear(Context context) {
        context.res().addHeader("Set-Cookie", name + "=; Max-Age=0" + KEPT);
        context.res().addHeader("Set-Cookie", HOST + name + "=; Max-Age=0; Secure" + KEPT);
    }
}
