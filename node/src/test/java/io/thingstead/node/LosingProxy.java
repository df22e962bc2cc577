package io.thingstead.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A network between a client and a node that loses answers to requests that pay: the node has answered, the client
/// never hears of it.
final class LosingProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final HttpClient http = HttpClient.newHttpClient();
    private final String node;
    final AtomicInteger toLose = new AtomicInteger();
    final AtomicInteger lost = new AtomicInteger();
    /// The first of the answers that were lost in a row.
    volatile String lostFirst = "";

    /// @param node `http://host:port/`
    LosingProxy(String node) throws IOException {
        this.node = node;
        Thread.ofVirtual().start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            List<String> head = head(client.getInputStream());
            var request = HttpRequest.newBuilder(
                    URI.create(node + head.getFirst().split(" ", -1)[1].substring(1)));
            boolean pays = false;
            for (String line : head.subList(1, head.size())) {
                int colon = line.indexOf(':');
                if (line.regionMatches(true, 0, "x-payment", 0, colon)) {
                    request.header("X-PAYMENT", line.substring(colon + 1).strip());
                    pays = true;
                }
            }
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (pays && answer.statusCode() == 200 && toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                if (lost.getAndIncrement() == 0) lostFirst = new String(answer.body(), StandardCharsets.UTF_8);
                return;
            }
            StringBuilder out = new StringBuilder("HTTP/1.1 " + answer.statusCode() + " X\r\nConnection: close\r\n")
                    .append("Content-Length: ")
                    .append(answer.body().length)
                    .append("\r\n");
            answer.headers()
                    .firstValue("X-PAYMENT-RESPONSE")
                    .ifPresent(value ->
                            out.append("X-PAYMENT-RESPONSE: ").append(value).append("\r\n"));
            client.getOutputStream().write(out.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().write(answer.body());
            client.getOutputStream().flush();
        } catch (IOException _) {
            // The client went away.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) throw new IOException("no request");
            text.append((char) next);
        }
        return new ArrayList<>(List.of(text.toString().strip().split("\r\n", -1)));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        http.close();
    }
}
