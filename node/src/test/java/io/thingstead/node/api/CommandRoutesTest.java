package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.node.view.SigningDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands over HTTP: who may issue them, what is refused, and what the list and the live events show.
class CommandRoutesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static PartialNode node;
    private static SigningDevice device;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        node = new PartialNode(folder.resolve("node"), 0, "the-administrators-token");
        http = HttpClient.newHttpClient();
        device = node.device("lock");
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static URI commands(String of) {
        return URI.create(node.url() + "/api/devices/" + of + "/commands");
    }

    private static HttpResponse<String> post(String of, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(commands(of)).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode get(URI uri, int status) throws Exception {
        var answer = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static void refused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("code").textValue()).isEqualTo(code);
    }

    @Test
    void a_command_is_issued_listed_and_told_live() throws Exception {
        String id = device.id.value();
        var live = http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/live")).build(),
                HttpResponse.BodyHandlers.ofLines());
        var one = post(id, "{\"name\": \"lock\", \"value\": true, \"expires_s\": 5}");
        assertThat(one.statusCode()).as(one.body()).isEqualTo(201);
        JsonNode made = JSON.readTree(one.body());
        assertThat(made.get("state").textValue()).isEqualTo("queued");
        assertThat(made.get("params").booleanValue()).isTrue();
        assertThat(made.get("expiresMs").longValue() - made.get("issuedMs").longValue())
                .isEqualTo(5_000);
        long number = made.get("number").longValue();
        assertThat(JSON.readTree(post(id, "{\"name\": \"set\", \"params\": {\"a\": [1.5, \"x\"]}}")
                                .body())
                        .get("params")
                        .toString())
                .isEqualTo("{\"a\":[1.5,\"x\"]}");
        JsonNode page = get(URI.create(commands(id) + "?limit=1"), 200);
        assertThat(page.get("commands").get(0).get("number").longValue()).isGreaterThan(number);
        JsonNode before = get(URI.create(commands(id) + "?limit=1&before=" + page.get("next")), 200);
        assertThat(before.get("commands")).hasSize(1);
        assertThat(get(URI.create(commands(id) + "/" + number), 200).get("name").textValue())
                .isEqualTo("lock");
        assertThat(get(URI.create(commands(id) + "/999"), 404).get("code").textValue())
                .isEqualTo("command.unknown");
        try (Stream<String> lines = live.body()) {
            assertThat(lines.filter(line -> line.contains("\"commands\":[{"))
                            .findFirst()
                            .orElseThrow())
                    .contains("\"device\":\"" + id + "\"", "\"name\":\"lock\"", "\"state\":\"queued\"");
        }
    }

    @Test
    void only_the_operator_commands_and_only_devices_of_the_member() throws Exception {
        String id = device.id.value();
        String body = "{\"name\": \"unlock\"}";
        refused(post(id, body, "Origin", "http://evil.example"), 403, "request.forbidden");
        refused(post(id, body, "X-Forwarded-For", "10.0.0.1"), 401, "access.sign-in");
        refused(post(id, body, "Sec-Fetch-Site", "cross-site"), 403, "request.forbidden");
        refused(post("other:lock", body), 403, "device.foreign");
        refused(post(node.core.member() + ":nobody", body), 404, "device.unknown");
        assertThat(post(id, body, "X-Forwarded-For", "10.0.0.1", "Authorization", "Bearer the-administrators-token")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void what_is_no_command_is_refused() throws Exception {
        for (String body : List.of(
                "",
                "[]",
                "null",
                "{\"name\": 3}",
                "{\"name\": \"a b\"}",
                "{\"name\": \"" + "a".repeat(65) + "\"}",
                "{\"value\": 1}",
                "{\"name\": \"a\", \"value\": 1, \"params\": 2}",
                "{\"name\": \"a\", \"more\": 1}",
                "{\"name\": \"a\", \"expires_s\": 0}",
                "{\"name\": \"a\", \"expires_s\": 2592001}",
                "{\"name\": \"a\", \"expires_s\": \"x\"}",
                "{\"name\": \"a\", \"value\": \"" + "x".repeat(4_096) + "\"}",
                "{\"name\": \"a\", \"value\": " + "[".repeat(100) + "]".repeat(100) + "}")) {
            var answer = post(device.id.value(), body);
            assertThat(answer.statusCode()).as("%s: %s", body, answer.body()).isEqualTo(400);
        }
    }

    private static HttpResponse<String> put(String of, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/api/devices/" + of + "/shadow"))
                .PUT(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_shadow_is_shown_and_set() throws Exception {
        String id = node.device("valve").id.value();
        URI shadow = URI.create(node.url() + "/api/devices/" + id + "/shadow");
        assertThat(get(shadow, 200).get("desiredVersion").longValue()).isZero();
        var set = put(id, "{\"desired\": {\"opening\": 40, \"mode\": \"eco\"}}");
        assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        put(id, "{\"desired\": {\"mode\": null}}");
        JsonNode now = get(shadow, 200);
        assertThat(now.get("desired").toString()).isEqualTo("{\"opening\":40}");
        assertThat(now.get("delta")).isEqualTo(now.get("desired"));
        assertThat(now.get("desiredVersion").longValue()).isEqualTo(2);
        assertThat(now.get("state").textValue()).isEqualTo("queued");
        refused(put(id, "{\"desired\": {}}", "Origin", "http://evil.example"), 403, "request.forbidden");
        refused(put("other:valve", "{\"desired\": {}}"), 403, "device.foreign");
        refused(put(node.core.member() + ":nobody", "{\"desired\": {}}"), 404, "device.unknown");
        refused(put(id, "{}"), 400, "request.malformed");
        refused(put(id, "{\"desired\": [1]}"), 400, "request.malformed");
        refused(put(id, "{\"desired\": {\"a b\": 1}}"), 400, "command.malformed");
        refused(post(id, "{\"name\": \"desired\", \"value\": {}}"), 400, "command.malformed");
        assertThat(get(URI.create(node.url() + "/api/devices/" + node.core.member() + ":nobody/shadow"), 404)
                        .get("code")
                        .textValue())
                .isEqualTo("device.unknown");
    }
}
