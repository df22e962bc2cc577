package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.KeyText;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.node.api.Needs;
import io.thingstead.node.openapi.DocumentedAnswers;
import io.thingstead.node.people.Need;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The OpenAPI document against the node that serves it: every route stands in it, and real answers are as it says.
class OpenApiTest {
    @TempDir
    private static Path folder;

    private static Node node;
    private static HttpClient http;
    private static DocumentedAnswers answers;

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
        http = HttpClient.newHttpClient();
        answers =
                new DocumentedAnswers(http, node.page().substring(0, node.page().length() - 1));
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static void operations(Consumer<Map.Entry<String, JsonNode>> each) {
        answers.document()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> each.accept(Map.entry(
                                method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                method.getValue()))));
    }

    @Test
    void every_route_that_is_served_stands_in_the_document_or_is_a_file_of_a_page() {
        var described = new TreeSet<String>();
        operations(operation -> described.add(operation.getKey()));
        var served = new TreeSet<String>();
        for (String route : node.http().routes())
            served.add(route.replace('<', '{').replace('>', '}'));
        assertThat(served).containsAll(described).hasSizeGreaterThan(50);
        served.removeAll(described);
        assertThat(served).allSatisfy(file -> assertThat(file).matches("GET /(?!(api|v1|log|health|metrics)(/|$)).*"));
    }

    @Test
    void every_operation_has_what_a_reader_needs() {
        var ids = new ArrayList<String>();
        operations(operation -> {
            JsonNode value = operation.getValue();
            ids.add(value.get("operationId").textValue());
            assertThat(value.get("summary").textValue()).as(operation.getKey()).isNotBlank();
            assertThat(value.get("tags")).as(operation.getKey()).hasSize(1);
            var path = new TreeSet<String>();
            for (JsonNode parameter : value.get("parameters")) {
                assertThat(parameter.get("description").textValue())
                        .as(operation.getKey())
                        .isNotBlank();
                if (parameter.get("in").textValue().equals("path"))
                    path.add("{" + parameter.get("name").textValue() + "}");
            }
            var inPath = java.util.regex.Pattern.compile("\\{[^}]+}")
                    .matcher(operation.getKey())
                    .results()
                    .map(java.util.regex.MatchResult::group)
                    .toList();
            assertThat(path).as(operation.getKey()).containsExactlyInAnyOrderElementsOf(inPath);
            assertThat(value.get("responses").properties())
                    .as(operation.getKey())
                    .anyMatch(response -> response.getKey().startsWith("2"));
        });
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void what_a_route_needs_stands_at_it_with_who_may_come_and_what_others_are_answered() {
        JsonNode schemes = answers.document().at("/components/securitySchemes");
        assertThat(schemes.at("/key/scheme").textValue()).isEqualTo("bearer");
        assertThat(schemes.at("/session/in").textValue()).isEqualTo("cookie");
        operations(operation -> {
            String route = operation.getKey();
            JsonNode value = operation.getValue();
            // A path of several parts is in angle brackets where it is registered.
            Need need = Needs.of(route)
                    .or(() -> Needs.of(route.replace("{path}", "<path>")))
                    .orElseThrow();
            boolean asks = need != Need.NOTHING && need != Need.DEVICE;
            assertThat(value.path("x-need").asText()).as(route).isEqualTo(asks ? need.label() : "");
            assertThat(value.has("security")).as(route).isEqualTo(asks);
            if (!asks) return;
            var named = new TreeSet<String>();
            for (JsonNode way : value.get("security")) way.fieldNames().forEachRemaining(named::add);
            assertThat(named).as(route).containsExactly("key", "session");
            assertThat(codes(value, "401")).as(route).contains("access.sign-in", "access.key", "session.invalid");
            assertThat(codes(value, "403")).as(route).contains("access.role");
        });
    }

    private static List<String> codes(JsonNode operation, String status) {
        JsonNode response = operation.at("/responses/" + status);
        if (response.has("$ref"))
            response = answers.document().at(response.get("$ref").textValue().substring(1));
        return response.findValues("enum").stream()
                .flatMap(codes -> codes.valueStream().map(JsonNode::textValue))
                .toList();
    }

    @Test
    void examples_are_what_their_schemas_say() {
        var shown = new ArrayList<String>();
        operations(operation -> {
            for (JsonNode parameter : operation.getValue().get("parameters")) {
                if (!parameter.has("example")) continue;
                shown.add(operation.getKey());
                assertThat(answers.errors(
                                parameter.get("schema"),
                                parameter.get("example").toString()))
                        .as("%s %s", operation.getKey(), parameter)
                        .isEmpty();
            }
            operation.getValue().path("requestBody").path("content").forEach(media -> {
                if (!media.has("example") || !media.has("schema")) return;
                shown.add(operation.getKey());
                assertThat(answers.errors(
                                media.get("schema"), media.get("example").toString()))
                        .as("%s %s", operation.getKey(), media)
                        .isEmpty();
            });
        });
        assertThat(shown).hasSizeGreaterThan(20);
    }

    @Test
    void real_answers_are_as_described() throws Exception {
        String token = answers.send("POST", "/api/devices", "{\"name\": \"shell\"}")
                .body()
                .replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
        answers.send("POST", "/api/devices", "{\"name\": \"shell\"}");
        answers.send("POST", "/api/devices", "{\"name\": \"SHELL\"}");
        answers.send(
                "POST",
                "/api/v1/" + token + "/telemetry",
                "{\"temperature\": 21.5, \"door\": true, \"note\": \"dry\", \"lat\": 52.5}");
        answers.send("POST", "/api/v1/" + token + "/attributes", "{\"firmware\": \"1.2\"}");
        answers.send("POST", "/api/v1/" + token + "/telemetry", "[");
        answers.send("POST", "/api/v1/" + "nobodys-token" + "/telemetry", "{\"temperature\": 1}");
        answers.send(
                "POST",
                "/api/devices/home:shell/commands",
                "{\"name\": \"open\", \"value\": {\"percent\": 40}, \"expires_s\": 600}");
        answers.send("POST", "/api/devices/home:shell/commands", "{}");
        answers.send("POST", "/api/devices/acme:shell/commands", "{\"name\": \"open\"}");
        answers.get("/api/v1/" + token + "/rpc?timeout=5000");
        answers.get("/api/v1/" + token + "/rpc?timeout=1");
        answers.send("POST", "/api/v1/" + token + "/rpc/1", "{\"open\": 40}");
        answers.send("PUT", "/api/devices/home:shell/shadow", "{\"desired\": {\"opening\": 55}}");
        answers.send("PUT", "/api/devices/home:shell/shadow", "{\"desired\": 5}");
        answers.send("PUT", "/api/devices/home:shell/label", "{\"label\": \"Kitchen\"}");
        answers.send("PUT", "/api/devices/home:shell/label", "{\"label\": 7}");
        answers.send("POST", "/api/grants", "{\"device\": \"home:shell\", \"to\": \"acme\"}");
        answers.send("POST", "/api/grants/revoke", "{\"device\": \"home:shell\", \"to\": \"acme\"}");
        alarms(token);
        claims();
        keys();
        retention();
        MoneyAnswers.ask(answers);
        ContractAnswers.ask(answers);
        MarketAnswers.ask(answers);
        answers.send("POST", "/api/decisions", "{\"kind\": \"remove\", \"member\": \"acme\"}");
        answers.send("POST", "/api/decisions/1/approve", null, null);
        answers.send("POST", "/api/decisions/1/withdraw", null, null);
        answers.send("POST", "/api/consortium/vote-again", null, null);
        answers.send("POST", "/api/backup", null, null);
        answers.send("POST", "/api/demo/remove", null, null);
        people();
        answers.send(
                "POST", "/v1/frames", "application/cose", HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2}));
        answers.send(
                "POST", "/v1/frames", "application/cbor-seq", HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2
                }));
        answers.send("POST", "/v1/frames", "text/xml", HttpRequest.BodyPublishers.ofString("<frame/>"));
        answers.send(
                "POST",
                "/v1/devices/me/frames",
                "application/cose",
                HttpRequest.BodyPublishers.ofByteArray(new byte[70_000]));
        answers.send(
                "POST",
                "/api/evidence/promise",
                "application/cose",
                HttpRequest.BodyPublishers.ofByteArray(new byte[9]));
        while (answers.get("/api/proofs/home:shell/1").statusCode() != 200) Thread.sleep(50);
        while (node.seriesBehind() > 0) Thread.sleep(50);
        answers.send(
                "POST",
                "/api/sql",
                "{\"sql\": \"SELECT device, max(time), avg(number) FROM reading GROUP BY device\"}");
        answers.send("POST", "/api/sql", "{\"sql\": \"DROP VIEW reading\"}");
        answers.send("POST", "/api/sql", "{\"sql\": \"SELECT x FROM reading\", \"limit\": 5}");
        String log = "/log/" + node.core().log().reader().origin();
        for (String path : List.of(
                "/api/status",
                "/api/node",
                "/api/consortium",
                "/api/consortium/vote-again",
                "/api/decisions",
                "/api/invite",
                "/api/blocks",
                "/api/blocks/1",
                "/api/blocks/999999",
                "/api/events",
                "/api/events?subject=device/home:shell&limit=2",
                "/api/events?subject=nothing",
                "/api/events/0",
                "/api/events?type=device-registered",
                "/api/events?type=nothing",
                "/api/leaves?log=home/1&index=0",
                "/api/leaves?log=home/1&index=9999999",
                "/api/leaves?log=acme/1&index=0",
                "/api/events/999999",
                "/api/find?q=shell",
                "/api/find?q=1",
                "/api/find?q=" + node.core().registrar().ledger().hex(),
                "/api/devices",
                "/api/devices?limit=1",
                "/api/devices?q=kitchen&state=live,late&sort=-heard&within=-9.5,36,30,60",
                "/api/devices?limit=0",
                "/api/fleet/map",
                "/api/fleet/map?within=-9.5,36,30,60&across=40",
                "/api/fleet/map?across=0",
                "/api/devices/home:shell",
                "/api/devices/home:nobody",
                "/api/devices/home:shell/commands",
                "/api/devices/home:shell/commands/1",
                "/api/devices/home:shell/commands/99",
                "/api/devices/home:shell/shadow",
                "/api/devices/home:nobody/shadow",
                "/api/readings",
                "/api/readings?device=home:shell",
                "/api/series?device=home:shell&name=temperature",
                "/api/export",
                "/api/export?format=ndjson&device=home:shell&name=temperature&from=0&to=4000000000000",
                "/api/export?format=parquet&device=home:shell,home:shell",
                "/api/export?format=xml",
                "/api/export?device=home:nobody",
                "/api/export?device=acme:box",
                "/api/proofs?index=0",
                "/api/proofs?index=999999",
                "/api/proofs/home:nobody/1",
                "/api/trust",
                "/api/trust/links",
                "/api/grants",
                "/api/alarms",
                "/api/alarms?state=nothing",
                "/api/alarms/99",
                "/api/alarm-rules",
                "/api/anomaly?device=home:shell&name=temperature",
                "/api/anomaly",
                "/api/mirrors",
                "/api/mirrors/contents?device=acme:box",
                "/api/holdings?log=home/1&index=0",
                "/api/things",
                "/api/things/home:shell",
                "/api/things/home:nobody",
                "/api/things/home:shell/property?name=temperature",
                "/api/things/home:shell/property?name=nothing",
                "/api/things/home:shell/properties",
                log + "/checkpoint",
                log + "/cosigned",
                log + "/tile/0/000.p/1",
                log + "/tile/entries/000.p/1",
                log + "/tile/7/000",
                "/log/nobody.example/00000000/1/checkpoint",
                "/v1/challenge",
                "/v1/devices/home:shell/commands",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/api/openapi.json")) answers.get(path);
        var unseen = new TreeSet<String>();
        operations(operation -> {
            if (answers.seen().stream().noneMatch(seen -> seen.startsWith(operation.getKey() + " ")))
                unseen.add(operation.getKey());
        });
        // It does not end by itself.
        assertThat(unseen).containsExactly("GET /api/live");
        System.out.println("OpenApiTest: " + answers.seen().size() + " answers of "
                + answers.document().get("paths").size() + " paths");
    }

    private static void retention() throws Exception {
        answers.send("PUT", "/api/retention", "{\"device\": \"home:shell\", \"days\": 30}");
        answers.send("PUT", "/api/retention", "{\"days\": 400}");
        answers.send("PUT", "/api/retention", "{\"days\": 0}");
        answers.get("/api/retention");
        answers.send("POST", "/api/retention/remove", "{\"device\": \"home:shell\"}");
        answers.send("POST", "/api/retention/remove", "{\"device\": \"home:shell\"}");
        answers.send("POST", "/api/retention/erase", "{\"device\": \"home:shell\", \"beforeMs\": 1}");
        answers.send("POST", "/api/retention/erase", "{\"device\": \"acme:shell\"}");
    }

    private static void keys() throws Exception {
        String keys = "/api/devices/home:shell/keys";
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        String possession = Base64.getUrlEncoder()
                .encodeToString(
                        Possession.sign("home:shell", node.core().registrar().ledger(), key));
        String body = "{\"key\": \"" + KeyText.did(key.key()) + "\", \"possession\": \"" + possession + "\"}";
        answers.send("POST", keys, body);
        answers.send("POST", keys, body);
        answers.send("POST", keys, "{\"key\": \"0x00\", \"possession\": \"hEOh\"}");
        answers.send("POST", "/api/devices/home:nobody/keys", body);
        String one = keys + "/" + key.key().thumbprint() + "/revoke";
        answers.send("POST", one, "{\"reason\": \"retired\"}");
        answers.send("POST", one, "{\"reason\": \"retired\"}");
        answers.send("POST", one, "{\"reason\": \"bored\"}");
        answers.send("POST", keys + "/00/revoke", "{\"reason\": \"lost\"}");
        String tokens = "/api/devices/home:shell/tokens";
        answers.get(tokens);
        answers.get("/api/devices/acme:shell/tokens");
        answers.send("POST", tokens, null, null);
        answers.send("DELETE", tokens + "/0123456789abcdef", null, null);
    }

    private static void claims() throws Exception {
        String code = answers.send("POST", "/api/claims", "{\"name\": \"phone\", \"page\": \"http://node.example/\"}")
                .body()
                .replaceAll(".*\"code\":\"([^\"]+)\".*", "$1");
        answers.send("POST", "/api/claims", "{\"name\": \"PHONE\"}");
        answers.send("POST", "/api/claims", "{\"name\": \"phone\", \"key\": \"0x00\"}");
        answers.send("POST", "/v1/claims/look", "{\"code\": \"" + code + "\"}");
        answers.send("POST", "/v1/claims/look", "{\"code\": \"ABCDE-FGHJK\"}");
        answers.send("POST", "/v1/claims", "{\"code\": \"" + code + "\", \"key\": \"owEB\", \"possession\": \"hEOh\"}");
        answers.get("/api/claims");
        answers.send("DELETE", "/api/claims/home:phone", null, null);
        answers.send("DELETE", "/api/claims/home:phone", null, null);
    }

    private void alarms(String token) throws Exception {
        answers.send("POST", "/api/alarm-rules", "{\"name\": \"Warm\", \"quantity\": \"temperature\", \"above\": 8}");
        answers.send(
                "POST",
                "/api/alarm-rules",
                "{\"name\": \"Away\", \"area\": {\"polygon\": [[0, 0], [0, 1], [1, 1]]}, \"devices\": [\"*\"]}");
        answers.send("POST", "/api/alarm-rules", "{\"above\": 8}");
        answers.send("PUT", "/api/alarm-rules/away", "{\"silent\": \"5m\"}");
        answers.send("PUT", "/api/alarm-rules/nothing", "{\"silent\": \"5m\"}");
        answers.send("DELETE", "/api/alarm-rules/away", null, null);
        answers.get("/api/alarm-rules");
        answers.send("POST", "/api/alarm-rules/away/restore", null, null);
        answers.send("POST", "/api/alarm-rules/away/restore", null, null);
        answers.send("POST", "/api/v1/" + token + "/telemetry", "{\"temperature\": 22}");
        while (node.alarms().raised() == 0) Thread.sleep(20);
        answers.send("POST", "/api/alarms/1/acknowledge", "{\"by\": \"Ada\", \"note\": \"it is summer\"}");
        answers.send("POST", "/api/alarms/1/acknowledge", "{\"by\": \"Bob\"}");
        answers.send("POST", "/api/alarms/1/acknowledge", "{}");
        answers.send("POST", "/api/alarms/99/acknowledge", "{\"by\": \"Ada\"}");
        answers.get("/api/alarms/1");
        answers.send(
                "POST",
                "/api/alarm-rules/test",
                "{\"id\": \"warm\", \"fromMs\": " + (System.currentTimeMillis() - 60_000) + "}");
        answers.send("POST", "/api/alarm-rules/test", "{\"id\": \"nothing\"}");
        answers.send("POST", "/api/alarm-rules/test", "{}");
        Files.writeString(
                node.core().folder().resolve("alarms.toml"),
                "[channel.duty]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:9/nobody\"\n");
        while (!answers.get("/api/alarm-channels").body().contains("duty")) Thread.sleep(50);
        answers.send("POST", "/api/alarm-channels/duty/test", null, null);
        answers.send("POST", "/api/alarm-channels/nobody/test", null, null);
        answers.get("/api/alarm-channels");
    }

    /// Signing in itself is compared where somebody does (`SignInTest`).
    private static void people() throws Exception {
        answers.send("POST", "/api/people/invitations", "{\"name\": \"Bob\", \"role\": \"viewer\"}");
        answers.send("POST", "/api/people/invitations", "{\"name\": \"Bob\", \"role\": \"king\"}");
        answers.send("POST", "/api/people/administrator-link", "{}");
        answers.send("POST", "/api/people/administrator-link", "{\"name\": \"nobody\"}");
        answers.send("PUT", "/api/people/nobody/role", "{\"role\": \"viewer\"}");
        answers.send("POST", "/api/people/nobody/link", null, null);
        for (String path : List.of("/api/people/nobody/sessions", "/api/people/nobody", "/api/people/invitations/none"))
            answers.send("DELETE", path, null, null);
        answers.get("/api/people");
        answers.send("POST", "/api/api-keys", "{\"name\": \"sums\", \"scopes\": [\"read\"]}");
        answers.send("POST", "/api/api-keys", "{\"name\": \"sums\", \"scopes\": [\"all\"]}");
        answers.get("/api/api-keys");
        answers.send("DELETE", "/api/api-keys/none", null, null);
        answers.get("/api/me");
        answers.get("/api/me/ways");
        for (String path : List.of("/api/me/passkeys/options", "/api/sign-in/options", "/api/sign-out"))
            answers.send("POST", path, null, null);
        answers.send("POST", "/api/me/passkeys", "{}");
        for (String path : List.of("/api/me/passkeys/none", "/api/me/sessions/none"))
            answers.send("DELETE", path, null, null);
        for (String path : List.of("/api/sign-in", "/api/sign-in/link", "/api/sign-in/enter"))
            answers.send("POST", path, "{}");
    }

    @Test
    void what_is_not_described_would_be_noticed() {
        JsonNode notice = answers.document().at("/components/schemas/Notice");
        assertThat(answers.errors(notice, "{\"code\": \"busy\", \"text\": \"wait\"}"))
                .isEmpty();
        assertThat(answers.errors(notice, "{\"code\": \"busy\"}")).isNotEmpty();
        JsonNode named = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("$ref", "#/components/schemas/Notice");
        assertThat(answers.errors(named, "{\"code\": \"busy\", \"text\": \"wait\", \"more\": 1}"))
                .isNotEmpty();
        assertThat(answers.errors(named, "{\"code\": 1, \"text\": \"wait\"}")).isNotEmpty();
    }
}
