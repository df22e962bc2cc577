package io.thingstead.node.notify;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A real HTTP server on loopback that keeps what is posted to it, and answers as it is told.
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    private volatile int status = 200;

    public record Posted(String path, Map<String, String> headers, String body) {}

    public Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Map<String, String> headers = new ConcurrentHashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int answer = status;
            posted.add(new Posted(exchange.getRequestURI().toString(), headers, body)); // before it is answered
            if (answer == 302) exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public void answerWith(int code) {
        status = code;
    }

    public Posted next() throws InterruptedException {
        Posted next = posted.poll(60, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing was posted");
        return next;
    }

    public boolean isQuiet() {
        return posted.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
