package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What the engine answers over HTTP is read to its last byte and no further, within limits; a connection that went
/// away is made again.
class EngineHttpTest {
    private static final String OF_LENGTH =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello";
    private static final String IN_CHUNKS =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static HttpAnswer read(String text) throws IOException {
        return HttpAnswer.read(new ByteArrayInputStream(bytes(text)));
    }

    @Test
    void a_body_of_stated_length_and_one_in_chunks_are_read_and_nothing_beyond_them() throws IOException {
        InputStream in = new ByteArrayInputStream(bytes(OF_LENGTH + IN_CHUNKS + "rest"));
        HttpAnswer first = HttpAnswer.read(in);
        assertThat(first.body()).isEqualTo(bytes("hello"));
        assertThat(first.isLast()).isFalse();
        HttpAnswer second = HttpAnswer.read(in);
        assertThat(second.body()).isEqualTo(bytes("hello"));
        assertThat(second.isLast()).isTrue();
        assertThat(in.readAllBytes()).isEqualTo(bytes("rest"));
    }

    @Test
    void an_answer_without_end_or_bound_is_refused() {
        String ok = "HTTP/1.1 200 OK\r\n";
        assertThatIOException().isThrownBy(() -> read("SSH-2.0\r\n\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "Content-Length: -1\r\n\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "Content-Length: 99999999999\r\n\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "Content-Length: 6\r\n\r\nhello"));
        assertThatIOException().isThrownBy(() -> read(ok + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "A: " + "x".repeat(5_000) + "\r\n\r\n"));
        assertThatIOException().isThrownBy(() -> read(ok + "A: b\r\n".repeat(101) + "Content-Length: 0\r\n\r\n"));
    }

    @Test
    void no_mutation_of_an_answer_is_read_beyond_its_limits() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("EngineHttpTest seed " + seed);
        Random random = new Random(seed);
        int readable = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] answer = bytes(random.nextBoolean() ? OF_LENGTH : IN_CHUNKS);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(HttpAnswer.read(new ByteArrayInputStream(answer)).body())
                        .hasSizeLessThanOrEqualTo(answer.length);
                readable++;
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        System.out.println(readable + " of 50000 mutated answers still readable");
        assertThat(readable).isBetween(1_000, 49_000);
    }

    @Test
    void a_connection_is_used_again_and_made_anew_when_the_engine_closed_it() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                EngineHttp http = new EngineHttp()) {
            Thread engine = Thread.ofVirtual().start(() -> answerTwiceEach(server, connections));
            http.at(server.getLocalPort());
            for (int i = 0; i < 6; i++) {
                assertThat(i % 2 == 0 ? http.get("status") : http.post(bytes("{}")))
                        .isEqualTo(bytes("hello"));
            }
            assertThat(connections).hasValue(3);
            server.close();
            engine.join();
            assertThatIOException().isThrownBy(() -> http.get("status"));
        }
    }

    @Test
    void whoever_waits_for_an_answer_is_told_when_the_requests_are_closed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            EngineHttp http = new EngineHttp();
            http.at(server.getLocalPort());
            Thread closing = Thread.ofVirtual().start(() -> {
                try (Socket silent = server.accept()) {
                    assertThat(silent.getInputStream().read()).isPositive();
                    http.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.get("status"));
            closing.join();
        }
    }

    /// Reads requests of one line and headers, or a body of two bytes, and ends each connection after two of them.
    private static void answerTwiceEach(ServerSocket server, AtomicInteger connections) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                connections.incrementAndGet();
                OutputStream out = connection.getOutputStream();
                for (int i = 0; i < 2; i++) {
                    readRequest(connection.getInputStream());
                    out.write(bytes(OF_LENGTH));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        if (head.indexOf("Content-Length: 2\r\n") >= 0) {
            in.readNBytes(2);
        }
    }
}
