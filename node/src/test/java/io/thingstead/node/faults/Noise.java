package io.thingstead.node.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// A stranger, or a member, that sends noise to ports: random bytes, beginnings of what is spoken there that go wrong,
/// and connections on which a byte comes now and then.
final class Noise implements AutoCloseable {
    private static final List<String> BEGINNINGS = List.of(
            "",
            "GET / HTTP/1.1\r\nHost: ",
            "POST /v1/frames HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\nContent-Length: 60000\r\n\r\n",
            "\u0010\u00ff\u00ff\u00ff\u007f\u0000\u0004MQTT",
            "\u0016\u0003\u0001\u0002\u0000\u0001");

    final AtomicLong sent = new AtomicLong();
    private final List<Thread> threads;
    private volatile boolean closed;

    /// @param seed printed by the test
    Noise(String host, List<Integer> ports, long seed, boolean slow) {
        threads = ports.stream()
                .map(port -> Thread.ofVirtual()
                        .start(() -> make(new InetSocketAddress(host, port), new Random(seed + port), slow)))
                .toList();
    }

    private void make(InetSocketAddress to, Random random, boolean slow) {
        while (!closed) {
            try (Socket socket = new Socket()) {
                socket.connect(to, 1_000);
                OutputStream out = socket.getOutputStream();
                out.write(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())).getBytes(StandardCharsets.ISO_8859_1));
                for (int i = 0; i < 20 && !closed; i++) {
                    byte[] noise = new byte[slow ? 1 : 1 + random.nextInt(4_096)];
                    random.nextBytes(noise);
                    out.write(noise);
                    sent.addAndGet(noise.length);
                    Thread.sleep(slow ? 250 : 2);
                }
            } catch (IOException e) {
                // Closed by the other side, as it should be.
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
