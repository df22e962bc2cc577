package io.thingstead.node.exchange;

import static io.thingstead.node.exchange.ExchangeNetwork.ACME;
import static io.thingstead.node.exchange.ExchangeNetwork.BOLT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.tls.OwnKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What strangers and misbehaving members send to the listener for members: it ends in bounded time, takes bounded
/// room, and hinders no other member.
class HostileExchangeTest {
    private static final int MAX = 1 << 20;
    private static final int STEP_MS = 400;
    private static final ExchangeSettings HASTY =
            new ExchangeSettings("127.0.0.1", 0, STEP_MS, STEP_MS, STEP_MS, 60_000, 24, 8, 1_000, 4, 500);

    private final ExchangeNetwork network = new ExchangeNetwork();
    private final List<Socket> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : opened) {
            socket.close();
        }
        network.close();
    }

    private Socket connected(String from, Exchange to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", to.port()), 5_000);
        socket.setSoTimeout(20_000);
        opened.add(socket);
        return socket;
    }

    /// A connection that is proven to be acme's.
    private SSLSocket ofAcme(Exchange to) throws IOException {
        var keys = new PinnedKeys(network.ledger());
        var own = OwnCertificate.of(ACME, network.keys(ACME).of(KeyRole.TLS));
        return new MemberTls(own, keys).calling(connected("127.0.0.1", to));
    }

    /// Believes everything, and counts how often it was shown a certificate.
    private static final class Credulous extends X509ExtendedTrustManager {
        private final AtomicInteger shown = new AtomicInteger();

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {
            shown.incrementAndGet();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private SSLContext context(Credulous trust, KeyManager... keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {trust}, new SecureRandom());
        return context;
    }

    private SSLSocket over(SSLContext context, Exchange to, String version) throws IOException {
        Socket raw = connected("127.0.0.1", to);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(raw, "127.0.0.1", to.port(), true);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static String asked(SSLSocket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static final String GOOD = "GET /status/ HTTP/1.1\r\nHost: bolt\r\nConnection: close\r\n\r\n";

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    @Test
    void who_shows_no_certificate_is_told_nothing() throws Exception {
        Exchange bolt = network.start(BOLT);
        assertThatThrownBy(() -> asked(over(context(new Credulous()), bolt, "TLSv1.3"), GOOD))
                .isInstanceOf(IOException.class);
    }

    @Test
    void an_older_tls_is_refused() throws Exception {
        Exchange bolt = network.start(BOLT);
        var own = new OwnKey(OwnCertificate.of(ACME, network.keys(ACME).of(KeyRole.TLS)));
        assertThat(asked(over(context(new Credulous(), own), bolt, "TLSv1.3"), GOOD))
                .startsWith("HTTP/1.1 200 ");
        assertThatThrownBy(() ->
                        over(context(new Credulous(), own), bolt, "TLSv1.2").startHandshake())
                .isInstanceOf(IOException.class);
    }

    @Test
    void no_session_is_resumed() throws Exception {
        Exchange bolt = network.start(BOLT);
        var trust = new Credulous();
        SSLContext context = context(
                trust, new OwnKey(OwnCertificate.of(ACME, network.keys(ACME).of(KeyRole.TLS))));
        for (int i = 0; i < 3; i++) {
            assertThat(asked(over(context, bolt, "TLSv1.3"), GOOD)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(trust.shown).as("the key was proven each time").hasValue(3);
    }

    @Test
    void plain_text_is_not_answered() throws Exception {
        Exchange bolt = network.start(BOLT);
        for (String text :
                List.of(GOOD, "\r\n\r\n", "SSH-2.0-x\r\n", "\u0016\u0003\u0001\u00ff\u00ff", "\0".repeat(70_000))) {
            Socket socket = connected("127.0.0.1", bolt);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            String answer;
            try {
                answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                answer = "";
            }
            assertThat(answer).doesNotContain("HTTP", "bolt").hasSizeLessThan(100);
        }
        await("the strangers are gone", () -> bolt.listener().openOfStrangers() == 0);
        assertThat(network.start(ACME).ask(BOLT, "/status/", MAX).isOk()).isTrue();
    }

    /// Sends a byte now and then, until the other side has had enough.
    private static long drip(Socket below, java.io.OutputStream out, byte[] bytes) throws InterruptedException {
        long began = System.nanoTime();
        try {
            for (byte b : bytes) {
                out.write(b);
                Thread.sleep(20);
            }
            below.getInputStream().readAllBytes();
        } catch (IOException e) {
            // What it was to come to.
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    @Test
    void slow_bytes_of_a_handshake_do_not_hold_a_place() throws Exception {
        Exchange bolt = network.start(BOLT, HASTY);
        Socket socket = connected("127.0.0.1", bolt);
        byte[] hello = new byte[2_000];
        hello[0] = 0x16;
        hello[1] = 3;
        hello[2] = 1;
        hello[3] = 0x10;
        assertThat(drip(socket, socket.getOutputStream(), hello)).isBetween((long) STEP_MS - 50, 20_000L);
        await("its place is free", () -> bolt.listener().openOfStrangers() == 0);
    }

    @Test
    void slow_bytes_of_a_request_do_not_hold_a_place() throws Exception {
        Exchange bolt = network.start(BOLT, HASTY);
        SSLSocket socket = ofAcme(bolt);
        long took = drip(
                socket, socket.getOutputStream(), ("GET /" + "a".repeat(1_500)).getBytes(StandardCharsets.US_ASCII));
        assertThat(took).isBetween((long) STEP_MS - 50, 25_000L);
        await("its place is free", () -> bolt.listener().openOfMembers() == 0);
    }

    @Test
    void who_does_not_take_its_answer_does_not_hold_a_place() throws Exception {
        Exchange bolt = network.start(BOLT, HASTY);
        bolt.offer(new MemberRoute() {
            @Override
            public String prefix() {
                return "/large/";
            }

            @Override
            public MemberAnswer answer(MemberId asking, String path) {
                return MemberAnswer.ok(MemberAnswer.BYTES, new byte[Routes.MAX_ANSWER_BYTES]);
            }
        });
        SSLSocket socket = ofAcme(bolt);
        socket.getOutputStream()
                .write("GET /large/x HTTP/1.1\r\nHost: bolt\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        await("it came in", () -> bolt.listener().openOfMembers() == 1);
        await("its place is free", () -> bolt.listener().openOfMembers() == 0);
    }

    @Test
    void a_flood_of_strangers_leaves_room_for_members() throws Exception {
        Exchange bolt = network.start(
                BOLT, new ExchangeSettings("127.0.0.1", 0, 15_000, STEP_MS, STEP_MS, 60_000, 24, 8, 1_000, 4, 500));
        for (int i = 0; i < 200; i++) {
            connected("127.0.0.2", bolt);
        }
        await("some of them are in", () -> bolt.listener().openOfStrangers() == 8);
        assertThat(network.start(ACME).ask(BOLT, "/status/", MAX).isOk()).isTrue();
        for (int i = 3; i < 6; i++) {
            for (int j = 0; j < 20; j++) {
                connected("127.0.0." + i, bolt);
            }
        }
        await("no more than there is room for", () -> bolt.listener().openOfStrangers() == 24);
    }

    @Test
    void an_address_that_shakes_hands_too_often_is_not_listened_to_for_a_while() throws Exception {
        Exchange bolt = network.start(
                BOLT, new ExchangeSettings("127.0.0.1", 0, 5_000, STEP_MS, STEP_MS, 60_000, 24, 8, 3, 4, 500));
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            try (Socket socket = connected("127.0.0.2", bolt)) {
                socket.setSoTimeout(200);
                if (socket.getInputStream().read() < 0) {
                    refused++;
                }
            } catch (java.net.SocketTimeoutException e) {
                // It waits for a handshake.
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(network.start(ACME).ask(BOLT, "/status/", MAX).isOk()).isTrue();
    }

    @Test
    void a_member_with_too_many_connections_hinders_itself_alone() throws Exception {
        Exchange bolt = network.start(BOLT, HASTY);
        for (int i = 0; i < 4; i++) {
            ofAcme(bolt);
            int count = i + 1;
            await("it came in", () -> bolt.listener().openOfMembers() == count);
        }
        assertThat(asked(ofAcme(bolt), "")).startsWith("HTTP/1.1 503 ").contains("too many connections");
        assertThat(network.start(ExchangeNetwork.CARGO)
                        .ask(BOLT, "/status/", MAX)
                        .isOk())
                .isTrue();
    }

    @Test
    void long_heads_and_odd_requests_are_refused() throws Exception {
        Exchange bolt = network.start(BOLT);
        String host = "Host: bolt\r\n";
        var refused = List.of(
                "431", "GET /status/ HTTP/1.1\r\n" + host + "X: " + "x".repeat(9_000),
                "431", "GET /status/ HTTP/1.1\r\n" + host + "X: x\r\n".repeat(50),
                "431", "G".repeat(9_000),
                "400", "GET /" + "a".repeat(3_000) + " HTTP/1.1\r\n" + host + "\r\n",
                "400", "GET /status/ HTTP/1.1\r\n\r\n",
                "400", "GET /status/ HTTP/1.1\r\n" + host + host + "\r\n",
                "400", "GET /status/ HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc",
                "400", "GET /status/ HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "400", "GET /status/ HTTP/1.1\r\n" + host + " folded\r\n\r\n",
                "400", "GET /status/ HTTP/1.1\n" + host + "\n",
                "400", "GET /../status/ HTTP/1.1\r\n" + host + "\r\n",
                "400", "GET /%73tatus/ HTTP/1.1\r\n" + host + "\r\n",
                "400", "GET http://bolt/status/ HTTP/1.1\r\n" + host + "\r\n",
                "400", "GET  /status/ HTTP/1.1\r\n" + host + "\r\n",
                "505", "GET /status/ HTTP/1.0\r\n" + host + "\r\n",
                "405", "POST /status/ HTTP/1.1\r\n" + host + "\r\n");
        for (int i = 0; i < refused.size(); i += 2) {
            SSLSocket socket = ofAcme(bolt);
            String answer;
            try {
                answer = asked(socket, refused.get(i + 1));
            } catch (IOException e) {
                // Closed while more came: a reset may take the answer with it.
                continue;
            }
            assertThat(answer).as(refused.get(i + 1)).startsWith("HTTP/1.1 " + refused.get(i) + " ");
        }
        assertThat(asked(ofAcme(bolt), GOOD)).startsWith("HTTP/1.1 200 ");
    }
}
