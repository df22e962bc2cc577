package io.thingstead.node.exchange;

import static io.thingstead.node.exchange.ExchangeNetwork.ACME;
import static io.thingstead.node.exchange.ExchangeNetwork.BOLT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.KeyRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Bytes that are almost TLS, almost a question, almost an answer: each is answered or closed, nothing fails inside,
/// and
/// members are answered all the while.
class ExchangeFuzz {
    private static final int MAX = 1 << 16;
    /// As usual, but for who shakes hands as often as a fuzz test does.
    private static final ExchangeSettings PATIENT =
            new ExchangeSettings("127.0.0.1", 0, 5_000, 5_000, 30_000, 60_000, 128, 16, 1_000_000, 16, 500);

    private final Random random = Seeded.random(ExchangeFuzz.class);
    private final ExchangeNetwork network = new ExchangeNetwork();
    private final ListAppender<ILoggingEvent> troubles = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        troubles.start();
        logger.addAppender(troubles);
    }

    @AfterEach
    void close() {
        logger.detachAppender(troubles);
        network.close();
        assertThat(troubles.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }

    private MemberTls tlsOfAcme() {
        return new MemberTls(
                OwnCertificate.of(ACME, network.keys(ACME).of(KeyRole.TLS)), new PinnedKeys(network.ledger()));
    }

    private static void sendAndTakeTheRest(Socket socket, byte[] bytes) {
        try {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither answered nor closed", e);
        } catch (IOException e) {
            // Closed: one of the two ends that it may come to.
        }
    }

    @Test
    void questions() throws IOException {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT, PATIENT);
        byte[] good = "GET /status/ HTTP/1.1\r\nHost: bolt\r\nX-Y: z\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        MemberTls tls = tlsOfAcme();
        for (int round = 0; round < 300; round++) {
            try (SSLSocket socket = tls.calling(new Socket("127.0.0.1", bolt.port()))) {
                sendAndTakeTheRest(socket, Mutations.of(good, random));
            }
            if (round % 50 == 0) {
                assertThat(acme.ask(BOLT, "/status/", MAX).isOk()).isTrue();
            }
        }
        assertThat(acme.ask(BOLT, "/status/", MAX).isOk()).isTrue();
    }

    /// What a member's program sends first.
    private byte[] recordedHello() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread caller = Thread.ofVirtual().start(() -> {
                try (Socket raw = new Socket("127.0.0.1", server.getLocalPort())) {
                    tlsOfAcme().calling(raw);
                } catch (IOException e) {
                    // Nobody shakes this hand.
                }
            });
            try (Socket taken = server.accept()) {
                taken.setSoTimeout(10_000);
                byte[] head = taken.getInputStream().readNBytes(5);
                byte[] rest = taken.getInputStream().readNBytes((head[3] & 255) << 8 | (head[4] & 255));
                var hello = new ByteArrayOutputStream();
                hello.write(head);
                hello.write(rest);
                taken.close();
                caller.join();
                return hello.toByteArray();
            }
        }
    }

    @Test
    void handshakes() throws Exception {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT, PATIENT);
        byte[] hello = recordedHello();
        for (int round = 0; round < 400; round++) {
            byte[] bytes = round % 10 == 0 ? Seeded.bytes(random, random.nextInt(400)) : Mutations.of(hello, random);
            try (Socket socket = new Socket("127.0.0.1", bolt.port())) {
                sendAndTakeTheRest(socket, bytes);
            }
        }
        assertThat(acme.ask(BOLT, "/status/", MAX).isOk()).isTrue();
    }

    @Test
    void answers() throws IOException {
        var written = new ByteArrayOutputStream();
        AnswerBytes.write(written, MemberAnswer.ok(MemberAnswer.JSON, Seeded.bytes(random, 300)), false);
        byte[] good = written.toByteArray();
        assertThat(AnswerBytes.read(new ByteArrayInputStream(good), 300)
                        .answer()
                        .body())
                .hasSize(300);
        int taken = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Mutations.of(good, random);
            try {
                MemberAnswer answer =
                        AnswerBytes.read(new ByteArrayInputStream(bytes), 300).answer();
                assertThat(answer.body().length).isLessThanOrEqualTo(HttpHead.MAX_BYTES);
                assertThat(answer.status()).isBetween(200, 599);
                taken++;
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
        assertThat(taken).as("some mutations change the body only").isPositive();
    }

    /// A member whose program answers garbage is unreachable, and no more than that.
    @Test
    void a_member_that_answers_garbage() throws Exception {
        MemberTls ofBolt = new MemberTls(
                OwnCertificate.of(BOLT, network.keys(BOLT).of(KeyRole.TLS)), new PinnedKeys(network.ledger()));
        byte[] good = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            network.sayEndpoint(BOLT, server.getLocalPort());
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket raw = server.accept();
                            SSLSocket socket = ofBolt.called(raw);
                            OutputStream out = socket.getOutputStream()) {
                        socket.getInputStream().read();
                        out.write(Mutations.of(good, random));
                        out.flush();
                    } catch (IOException e) {
                        // The caller had enough, or the test ends.
                    }
                }
            });
            int answered = 0;
            for (int round = 0; round < 150; round++) {
                // A new one each time: one that remembers would give this member a rest.
                try (Exchange asking = new Exchange(ACME, network.keys(ACME).of(KeyRole.TLS), network.ledger())) {
                    assertThat(asking.ask(BOLT, "/status/", MAX).body().length).isLessThan(MAX);
                    answered++;
                } catch (MemberUnreachable e) {
                    assertThat(e.getMessage()).contains("bolt");
                }
            }
            assertThat(answered).as("some mutations change the body only").isPositive();
        }
    }
}
