package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may change things over HTTP: a request with the admin token, or one from this machine that no foreign web page
/// can have caused.
public final class Operator {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final byte @Nullable [] adminToken;

    /// @param adminToken without one, only this machine may
    public Operator(@Nullable String adminToken) {
        this.adminToken = adminToken == null ? null : adminToken.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether the request may change things; if not, says why.
    boolean admits(Context context) {
        if (hasToken(context) || isLocal(context)) return true;
        Problem.send(
                context,
                Refusal.REQUEST_FORBIDDEN,
                "changes need the admin token (Authorization: Bearer …), or come from this machine and its own pages");
        return false;
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
        try {
            return InetAddress.getByName(context.ip()).isLoopbackAddress();
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
