package io.thingstead.node.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thingstead.kit.Seeded;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Bytes that are almost HTTP, over real sockets: each connection is answered or closed, nothing fails inside, and good
/// requests are served all the while.
class HttpFuzz {
    private static final int ROUNDS = 1_200;
    private static final List<String> LINES = List.of(
            "Host: localhost",
            "Host: 127.0.0.1:1",
            "Content-Type: application/cose",
            "Content-Type: application/cbor-seq",
            "Content-Type: application/json;charset=\"",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "Upgrade: h2c",
            "Connection: close",
            "Content-Length: 7",
            "Content-Length: 99999999999999999999",
            "X: \u0000",
            " folded",
            "no colon");
    private static final List<String> PATHS = List.of(
            "/v1/frames",
            "/v1/devices/me/frames",
            "/api/v1/TOKEN/telemetry",
            "/v1/challenge",
            "/",
            "*",
            "/%2e%2e/x",
            "//");

    @TempDir
    Path folder;

    private final Random random = Seeded.random(HttpFuzz.class);
    private final ListAppender<ILoggingEvent> troubles = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final HttpClient http = HttpClient.newHttpClient();
    private final TreeMap<Integer, Integer> statuses = new TreeMap<>();
    private SmallNode node;
    private HttpServer server;
    private SigningDevice device;
    private String token;
    private long sent;

    @BeforeEach
    void start() throws Exception {
        troubles.start();
        logger.addAppender(troubles);
        node = SmallNode.open(folder);
        server = node.listenHttp();
        device = node.device("box");
        token = node.tokenDevice("sensor");
    }

    @AfterEach
    void stop() {
        logger.detachAppender(troubles);
        http.close();
        server.close();
        node.close();
    }

    private void served() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v1/frames");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/cose")
                .POST(BodyPublishers.ofByteArray(device.frame(++sent)))
                .build();
        assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        assertThat(node.reader().find(device.id(), sent)).isPresent();
    }

    @Test
    void almost_HTTP_harms_nobody() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            statuses.merge(
                    converse(random.nextInt(10) == 0 ? Seeded.bytes(random, 200) : mutated(request())),
                    1,
                    Integer::sum);
            if (round % 100 == 0) served();
        }
        served();
        System.out.println("HttpFuzz: statuses " + statuses + " (0: closed without one)");
        assertThat(statuses.keySet())
                .isSubsetOf(0, 100, 200, 400, 401, 403, 404, 405, 413, 414, 415, 417, 426, 431, 501, 503, 505);
        assertThat(statuses).containsKeys(200, 400, 404);
        assertThat(troubles.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    private byte[] request() {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        String method = random.nextInt(4) > 0
                ? "POST"
                : List.of("GET", "PUT", "HEAD", "OPTIONS", "TRACE", "X").get(random.nextInt(6));
        String path = PATHS.get(random.nextInt(PATHS.size())).replace("TOKEN", token);
        byte[] body = body();
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        if (random.nextInt(8) > 0) head.append("Host: localhost\r\n");
        for (int lines = random.nextInt(3); lines > 0; lines--) {
            head.append(LINES.get(random.nextInt(LINES.size()))).append("\r\n");
        }
        if (random.nextInt(3) > 0) head.append("Content-Type: application/cose\r\n");
        if (random.nextInt(6) > 0)
            head.append("Content-Length: ").append(body.length).append("\r\n");
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private byte[] body() {
        return switch (random.nextInt(4)) {
            case 0 -> device.frame(1_000_000 + random.nextInt(20));
            case 1 -> "{\"t\": 1}".getBytes(StandardCharsets.UTF_8);
            case 2 -> "5\r\nabcde\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
            default -> Seeded.bytes(random, random.nextInt(300));
        };
    }

    private byte[] mutated(byte[] request) {
        for (int flips = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0; flips > 0; flips--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    /// Sends these bytes and no more; the first status that comes back, 0 when none does.
    private int converse(byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return line.matches("HTTP/1.. [0-9]{3}") ? Integer.parseInt(line.substring(9)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
