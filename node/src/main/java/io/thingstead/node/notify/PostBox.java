package io.thingstead.node.notify;

import io.thingstead.node.alarm.Channel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/// Posts over HTTP, by default to public addresses only: whoever can write a channel's address, or answers for its
/// name,
/// must not reach what stands beside the node.
final class PostBox implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /// Where a channel's messages go, now.
    static URI address(Channel.Place place) throws NotSent {
        String text = place.url();
        if (text == null && place.urlFile() != null)
            text = Secret.read(place.urlFile()).value();
        URI address = text == null ? null : Channel.address(text).orElse(null);
        if (address == null) throw new NotSent("its address is none: https://… or http://…, with a host and no user");
        return address;
    }

    /// An address without what may be secret in it.
    static String shown(URI address) {
        return address.getScheme() + "://" + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    void post(URI address, boolean allowsPrivate, Map<String, String> headers, byte[] body) throws NotSent {
        if (!allowsPrivate) requirePublic(address.getHost());
        var request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .header("User-Agent", "thingstead")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
            int status = answer.statusCode();
            if (status / 100 != 2) throw new NotSent(shown(address) + " answered with status " + status);
        } catch (IOException e) {
            throw new NotSent(
                    shown(address) + " cannot be reached (" + e.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent("the node is shutting down");
        }
    }

    /// Java asks again for the name when it connects, and gets the same answer: it keeps answers for 30 seconds.
    private static void requirePublic(String host) throws NotSent {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!isPublic(address))
                    throw new NotSent(
                            host + " is an address of this machine or its network: allow_private = true lets it be");
            }
        } catch (UnknownHostException e) {
            throw new NotSent(host + " is not known");
        }
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) return false;
        byte[] bytes = address.getAddress();
        return switch (address) {
            case Inet4Address _ -> isPublic(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff);
            // fc00::/7, and the ranges through which IPv4 addresses can be meant
            case Inet6Address _ ->
                (bytes[0] & 0xfe) != 0xfc
                        && !isPrefix(bytes, 0x00, 0x64, 0xff, 0x9b)
                        && !isPrefix(bytes, 0x20, 0x02)
                        && !isPrefix(bytes, 0, 0, 0, 0, 0, 0, 0, 0);
            default -> false;
        };
    }

    /// This network, carriers' networks (RFC 6598), protocol assignments, documentation, benchmarks, reserved.
    private static boolean isPublic(int a, int b, int c) {
        return a != 0
                && !(a == 100 && b >= 64 && b < 128)
                && !(a == 192 && b == 0 && (c == 0 || c == 2))
                && !(a == 198 && (b == 18 || b == 19))
                && a < 240;
    }

    private static boolean isPrefix(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) if ((bytes[i] & 0xff) != prefix[i]) return false;
        return true;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
