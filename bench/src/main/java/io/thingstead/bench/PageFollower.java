package io.thingstead.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a page does that follows a node's live events, as far as the network goes: it reads each as it comes, and keeps
/// when the bench's readings were in it first.
final class PageFollower implements AutoCloseable {
    /// Of the bench's readings, whose values are their numbers.
    static final String NAME = "number";

    private static final Pattern READING =
            Pattern.compile("\"name\":\"" + NAME + "\",\"unit\":\"1\",\"value\":([0-9]{1,9})");
    private static final int CONNECT_MS = 20_000;

    private final Socket socket = new Socket();
    private final AtomicLongArray sentNanos;
    /// How long each took, 0: it has not come.
    private final AtomicLongArray tookNanos;
    private final Thread thread;

    /// Connects, and reads on a thread of its own.
    ///
    /// @param sentNanos when each reading was sent
    PageFollower(String page, AtomicLongArray sentNanos) throws IOException {
        this.sentNanos = sentNanos;
        this.tookNanos = new AtomicLongArray(sentNanos.length());
        int port = URI.create(page).getPort();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
        String question = "GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: text/event-stream\r\n\r\n";
        socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
        thread = Thread.ofVirtual().name("page").start(this::follow);
    }

    private void follow() {
        try (var lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 65_536)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) take(line);
        } catch (IOException e) {
            // Closed: by the bench, or by the node, which is seen by what does not come.
            return;
        }
    }

    private void take(String line) {
        long now = System.nanoTime();
        Matcher found = READING.matcher(line);
        while (found.find()) {
            int number = Integer.parseInt(found.group(1));
            if (tookNanos.get(number) == 0) tookNanos.set(number, Math.max(1, now - sentNanos.get(number)));
        }
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    /// Whether all of these readings have come.
    boolean hasSeen(int from, int to) {
        for (int i = from; i < to; i++) {
            if (tookNanos.get(i) == 0) return false;
        }
        return true;
    }

    /// How long each took that has come, from this one on.
    void delays(int from, Latencies into) {
        for (int i = from; i < tookNanos.length(); i++) {
            if (tookNanos.get(i) != 0) into.add(tookNanos.get(i));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
