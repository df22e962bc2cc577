package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.device.TrustedLogs;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

    private HttpResponse<byte[]> ask(String method, String path, BodyPublisher body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(node.url() + path))
                        .method(method, body)
                        .build(),
                BodyHandlers.ofByteArray());
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

    @Test
    void a_body_that_nobody_wants_does_no_harm() throws Exception {
        for (String path : List.of("/api/status", "/", "/api/devices", "/nothing/here")) {
            for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
                try {
                    int status =
                            ask(method, path, BodyPublishers.ofByteArray(LARGE)).statusCode();
                    assertThat(status).as("%s %s", method, path).isIn(200, 404, 405, 413);
                } catch (java.io.IOException e) {
                    // It was answered and closed before it had all been sent.
                }
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
        assertThat(code(wrongMethod)).isEqualTo("request.malformed");
    }
}
