package io.thingstead.node.api;

import io.javalin.http.Context;
import java.net.InetAddress;

/// From which machine a request comes. Where a proxy on this machine hands it on, what the proxy says: the last address
/// that it wrote down is the one that it saw.
final class ClientAddress {
    private ClientAddress() {}

    static InetAddress of(Context context) {
        var peer = literal(context.req().getRemoteAddr());
        var forwarded = context.header("X-Forwarded-For");
        if (forwarded == null || !peer.isLoopbackAddress()) return peer;
        var last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        try {
            return InetAddress.ofLiteral(last);
        } catch (IllegalArgumentException e) {
            return peer;
        }
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
