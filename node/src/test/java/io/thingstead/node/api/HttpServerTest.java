package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.device.TrustedLogs;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.openapi.Operation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds for every route of a node's listener.
class HttpServerTest {
    private static final byte[] LARGE = new byte[9 << 20];

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private PartialNode node;

    @BeforeEach
    void start() {
        node = new PartialNode(folder);
    }

    @AfterEach
    void stop() {
        http.close();
        node.close();
    }

    private HttpResponse<byte[]> ask(String method, String path, BodyPublisher body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + path)).method(method, body);
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String code(HttpResponse<byte[]> problem) throws Exception {
        assertThat(problem.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        return new JsonMapper().readTree(problem.body()).get("code").textValue();
    }

    @Test
    void a_body_that_is_too_large_is_refused_however_its_length_is_said() throws Exception {
        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(new byte[70_000]),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[70_000])))) {
            HttpResponse<byte[]> answer = ask("POST", "/api/devices", body);
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(code(answer)).isEqualTo("request.too-large");
        }
    }

    /// Again and again, since what comes first, the answer or the end of the connection, is a matter of chance.
    @Test
    void who_sends_too_much_sees_the_answer_and_not_a_broken_connection() throws Exception {
        for (int i = 0; i < 30; i++) {
            HttpResponse<byte[]> answer = ask(
                    "POST",
                    "/api/devices",
                    i % 2 == 0
                            ? BodyPublishers.ofByteArray(LARGE)
                            : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(LARGE)));
            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void the_answer_comes_before_the_body_has_ended_and_a_body_without_end_is_cut_off() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.http.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            out.write(("POST /api/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (1L << 40) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(LARGE);
            byte[] head = socket.getInputStream().readNBytes(12);
            assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
            assertThatThrownBy(() -> {
                        for (int sent = 0; sent < 200; sent++) out.write(LARGE);
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /// Else a half of an export would be taken for all of it.
    @Test
    void an_answer_that_breaks_off_is_not_taken_for_whole() throws Exception {
        var endless = Operation.of("Test", "Breaks off").answers("text/plain", "");
        try (var server = HttpServer.start(
                "127.0.0.1",
                0,
                List.of(routes -> routes.get("/metrics", endless, context -> {
                    var out = context.res().getOutputStream();
                    out.write(new byte[100_000]);
                    out.flush();
                    throw new IllegalStateException("the disk is gone");
                })),
                Access.ofThisMachine(),
                new HttpCounters(new SimpleMeterRegistry()))) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                    .build();
            var answer = http.send(request, BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    /// A length of 0 would say that a GET has nothing to answer. The connection goes on.
    @Test
    void an_answer_to_head_says_no_length_that_is_not_the_gets() throws Exception {
        for (String path : List.of("/api/status", "/api/devices", "/api/export", "/nothing/here")) {
            HttpResponse<byte[]> head = ask("HEAD", path, BodyPublishers.noBody());
            assertThat(head.statusCode()).as(path).isEqualTo(path.equals("/nothing/here") ? 404 : 200);
            assertThat(head.headers().firstValue("Content-Length")).as(path).isEmpty();
            assertThat(head.body()).isEmpty();
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.http.port())) {
            socket.setSoTimeout(30_000);
            String head = "HEAD /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String last = "GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + head + last).getBytes(StandardCharsets.US_ASCII));
            var came = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("HTTP/1.1 ");
            assertThat(came).hasSize(4);
            for (int i = 1; i < 3; i++) assertThat(came[i]).startsWith("200").endsWith("\r\n\r\n");
            assertThat(came[3]).startsWith("200").contains("\"member\":\"home\"");
        }
    }

    @Test
    void head_asks_health_as_get_does() throws Exception {
        var full = List.of(new Notice("store.unavailable", "the disk is almost full"));
        Health health = new Health() {
            @Override
            public List<Notice> mustRestart() {
                return List.of();
            }

            @Override
            public List<Notice> refusesReadings() {
                return full;
            }
        };
        try (var server = HttpServer.start(
                "127.0.0.1",
                0,
                List.of(new HealthRoutes(health)::register),
                Access.ofThisMachine(),
                new HttpCounters(new SimpleMeterRegistry()))) {
            for (String path : List.of("/health/live", "/health/ready")) {
                var uri = URI.create("http://127.0.0.1:" + server.port() + path);
                var get = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
                var head = http.send(HttpRequest.newBuilder(uri).HEAD().build(), BodyHandlers.ofByteArray());
                assertThat(head.statusCode()).isEqualTo(get.statusCode()).isEqualTo(path.endsWith("live") ? 200 : 503);
                assertThat(head.headers().firstValue("Content-Type"))
                        .isEqualTo(get.headers().firstValue("Content-Type"));
                assertThat(head.body()).isEmpty();
            }
        }
    }

    @Test
    void a_body_that_nobody_wants_does_no_harm() throws Exception {
        for (String path : List.of("/api/status", "/", "/api/devices", "/nothing/here")) {
            for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
                int status =
                        ask(method, path, BodyPublishers.ofByteArray(LARGE)).statusCode();
                assertThat(status).as("%s %s", method, path).isIn(200, 404, 405, 413);
            }
        }
        assertThat(ask("GET", "/api/status", BodyPublishers.noBody()).statusCode())
                .isEqualTo(200);
    }

    /// What a device needs to check promises and receipts.
    @Test
    void the_status_gives_out_the_key_of_the_log() throws Exception {
        var status = new JsonMapper()
                .readTree(ask("GET", "/api/status", BodyPublishers.noBody()).body());
        var ledger = LedgerId.ofHex(status.get("ledger").get("id").textValue());
        var member = node.core.member();
        String verifierKey = status.get("log").get("verifierKey").textValue();
        assertThat(TrustedLogs.parse(ledger, member, verifierKey))
                .contains(new TrustedLogs(
                        ledger,
                        member,
                        node.core.log().reader().origin().split("/")[0],
                        node.core.keys().of(KeyRole.LOG).key()));
        assertThat(TrustedLogs.parse(new LedgerId(new byte[32]), member, verifierKey))
                .isEmpty();
        assertThat(TrustedLogs.parse(ledger, member, verifierKey.substring(1))).isEmpty();
    }

    @Test
    void connections_are_counted_in_and_out() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) sockets.add(new Socket(InetAddress.getLoopbackAddress(), node.http.port()));
        while (node.http.open() < 20) Thread.sleep(5);
        for (Socket socket : sockets) socket.close();
        while (node.http.open() > 0) Thread.sleep(5);
    }

    @Test
    void what_no_route_answers_is_a_problem_with_a_code() throws Exception {
        HttpResponse<byte[]> nothing = ask("GET", "/nothing/here", BodyPublishers.noBody());
        assertThat(nothing.statusCode()).isEqualTo(404);
        assertThat(code(nothing)).isEqualTo("request.not-found");
        HttpResponse<byte[]> wrongMethod = ask("DELETE", "/api/status", BodyPublishers.noBody());
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(code(wrongMethod)).isEqualTo("request.method");
        assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET");
        HttpResponse<byte[]> noFile = ask("GET", "/app/nothing.js", BodyPublishers.noBody());
        assertThat(noFile.statusCode()).isEqualTo(404);
        assertThat(code(noFile)).isEqualTo("request.not-found");
    }

    @Test
    void a_body_or_an_answer_of_another_kind_than_a_route_has_is_refused() throws Exception {
        for (String kind : List.of("text/plain", "application/xml", "multipart/form-data", "nonsense")) {
            var refused = ask("POST", "/api/devices", BodyPublishers.ofString("{}"), "Content-Type", kind);
            assertThat(refused.statusCode()).as(kind).isEqualTo(415);
            assertThat(code(refused)).isEqualTo("request.media-type");
        }
        for (String kind : List.of("text/html", "image/*", "application/json;q=0", "application/json; q=0.000")) {
            var refused = ask("GET", "/api/status", BodyPublishers.noBody(), "Accept", kind);
            assertThat(refused.statusCode()).as(kind).isEqualTo(406);
            assertThat(code(refused)).isEqualTo("request.not-acceptable");
        }
        for (String kind :
                List.of("*/*", "application/*", "text/html, application/json;q=0.1", "Application/JSON", "")) {
            assertThat(ask("GET", "/api/status", BodyPublishers.noBody(), "Accept", kind)
                            .statusCode())
                    .as(kind)
                    .isEqualTo(200);
        }
    }
}
