package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.node.openapi.DocumentedAnswers;
import io.thingstead.node.people.SoftAuthenticator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who gets in over HTTP where people have to sign in, and what is answered to the others; each answer as the OpenAPI
/// document says it.
class SignInTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Node node;
    private DocumentedAnswers answers;
    private String origin;
    private SoftAuthenticator phone;

    @BeforeEach
    void start() throws Exception {
        start("[people]\nrequired = true\n");
        phone = new SoftAuthenticator(origin, "127.0.0.1");
    }

    private void start(String config) throws Exception {
        Path file = folder.resolve("thingstead.toml");
        Files.writeString(file, config);
        node = Node.start(folder.resolve("node"), NodeConfig.read(file).withPorts(0, 0));
        origin = node.page().substring(0, node.page().length() - 1);
        answers = new DocumentedAnswers(http, origin);
    }

    @AfterEach
    void stop() {
        node.close();
        http.close();
    }

    private HttpResponse<String> ask(String method, String path, @Nullable String json, String... headers)
            throws Exception {
        return json == null
                ? answers.send(method, path, null, null, headers)
                : answers.send(method, path, "application/json", HttpRequest.BodyPublishers.ofString(json), headers);
    }

    private static void refused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("code").textValue()).isEqualTo(code);
    }

    private HttpResponse<String> fromPage(String path, Object body, String... headers) throws Exception {
        var all = new ArrayList<>(Arrays.asList(headers));
        all.addAll(List.of("Origin", phone.origin));
        return ask("POST", path, JSON.writeValueAsString(body), all.toArray(String[]::new));
    }

    private record Linked(String link) {}

    private record Entry(String link, String name, Made passkey) {}

    private record Made(String clientDataJSON, String attestationObject) {}

    private record Proven(
            String id, String clientDataJSON, String authenticatorData, String signature, String userHandle) {}

    private static String secret(String link) {
        return link.substring(link.indexOf('#') + 1);
    }

    /// @return what the browser sends from then on, and whoever it is
    private String enter(String link, SoftAuthenticator by) throws Exception {
        var shown = fromPage("/api/sign-in/link", new Linked(secret(link)));
        assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
        var challenge =
                JSON.readTree(shown.body()).get("passkey").get("challenge").textValue();
        var made = by.make(Base64Url.decode(challenge).orElseThrow());
        var entered = fromPage(
                "/api/sign-in/enter",
                new Entry(
                        secret(link),
                        "Ada",
                        new Made(Base64Url.encode(made.clientDataJson()), Base64Url.encode(made.attestationObject()))));
        return cookie(entered);
    }

    private String cookie(HttpResponse<String> entered) {
        assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
        var set = entered.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("; Path=/; HttpOnly; SameSite=Strict");
        return set.substring(0, set.indexOf(';'));
    }

    private HttpResponse<String> prove(String person) throws Exception {
        var options = fromPage("/api/sign-in/options", java.util.Map.of());
        var challenge = JSON.readTree(options.body()).get("challenge").textValue();
        var proof = phone.prove(Base64Url.decode(challenge).orElseThrow(), person);
        return fromPage(
                "/api/sign-in",
                new Proven(
                        proof.id(),
                        Base64Url.encode(proof.clientDataJson()),
                        Base64Url.encode(proof.authenticatorData()),
                        Base64Url.encode(proof.signature()),
                        Base64Url.encode(proof.userHandle())));
    }

    @Test
    void a_stranger_on_this_very_machine_sees_health_and_what_is_to_verify_with_and_nothing_else() throws Exception {
        var status = ask("GET", "/api/status", null);
        refused(status, 401, "access.sign-in");
        assertThat(status.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        refused(ask("GET", "/api/live", null), 401, "access.sign-in");
        refused(ask("GET", "/metrics", null), 401, "access.sign-in");
        refused(ask("POST", "/api/devices", "{\"name\": \"x\"}"), 401, "access.sign-in");
        for (String path : List.of("/health/live", "/api/trust", "/v1/challenge", "/api/openapi.json"))
            assertThat(answers.get(path).statusCode()).as(path).isEqualTo(200);
        for (String page : List.of("", "sign-in", "people", "proof", "app/main.js")) {
            var request = HttpRequest.newBuilder(URI.create(node.page() + page)).build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as(page)
                    .isEqualTo(200);
        }
        String token = Files.readString(folder.resolve("node").resolve(NodeFiles.ADMIN_TOKEN))
                .strip();
        assertThat(ask("GET", "/api/status", null, "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void somebody_comes_in_by_the_link_and_is_signed_in_until_out_over_a_restart_too() throws Exception {
        String link = node.firstLink().orElseThrow();
        String ada = enter(link, phone);
        refused(fromPage("/api/sign-in/link", new Linked(secret(link))), 410, "link.used");
        assertThat(ada).startsWith("thingstead-home=");
        var me = ask("GET", "/api/me", null, "Cookie", ada);
        assertThat(me.body()).contains("\"name\":\"Ada\"", "\"role\":\"administrator\"", "\"admin\"");
        String person = JSON.readTree(
                        ask("GET", "/api/people", null, "Cookie", ada).body())
                .at("/people/0/id")
                .textValue();
        node.close();
        start("[people]\nrequired = true\n");
        assertThat(node.firstLink()).isEmpty();
        assertThat(ask("GET", "/api/status", null, "Cookie", ada).statusCode()).isEqualTo(200);
        phone.origin = origin;
        String again = cookie(prove(person));
        refused(ask("POST", "/api/sign-out", null, "Cookie", ada), 403, "request.forbidden");
        assertThat(ask("POST", "/api/sign-out", null, "Cookie", ada, "Origin", origin)
                        .statusCode())
                .isEqualTo(204);
        refused(ask("GET", "/api/status", null, "Cookie", ada), 401, "session.invalid");
        JsonNode ways =
                JSON.readTree(ask("GET", "/api/me/ways", null, "Cookie", again).body());
        assertThat(ways.get("sessions")).hasSize(1);
        assertThat(ways.at("/sessions/0/current").booleanValue()).isTrue();
        assertThat(ways.at("/passkeys/0/usedMs").longValue()).isPositive();
        refused(
                ask("DELETE", "/api/me/passkeys/" + phone.id(), null, "Cookie", again, "Origin", origin),
                409,
                "passkey.last");
    }

    @Test
    void pages_of_other_sites_change_nothing_with_a_persons_cookie() throws Exception {
        String ada = enter(node.firstLink().orElseThrow(), phone);
        String device = "{\"name\": \"box\"}";
        refused(ask("POST", "/api/devices", device, "Cookie", ada), 403, "request.forbidden");
        for (String foreign : List.of("http://evil.example", "null", "http://localhost:1", "http://127.0.0.1"))
            refused(ask("POST", "/api/devices", device, "Cookie", ada, "Origin", foreign), 403, "request.forbidden");
        refused(
                ask("POST", "/api/devices", device, "Cookie", ada, "Origin", origin, "Sec-Fetch-Site", "cross-site"),
                403,
                "request.forbidden");
        assertThat(ask("POST", "/api/devices", device, "Cookie", ada, "Origin", origin)
                        .statusCode())
                .isEqualTo(201);
        refused(ask("POST", "/api/sign-in/options", null, "Origin", "http://evil.example"), 403, "request.forbidden");
        refused(ask("POST", "/api/sign-in/options", null), 403, "request.forbidden");
    }

    @Test
    void a_key_does_what_its_scopes_say_until_it_is_revoked() throws Exception {
        String ada = enter(node.firstLink().orElseThrow(), phone);
        var made =
                fromPage("/api/api-keys", java.util.Map.of("name", "sums", "scopes", List.of("read")), "Cookie", ada);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String[] key = {
            "Authorization", "Bearer " + JSON.readTree(made.body()).get("key").textValue()
        };
        assertThat(ask("GET", "/api/devices", null, key).statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/api/me", null, key).body()).contains("\"kind\":\"program\"", "[\"read\"]");
        refused(ask("GET", "/api/me/ways", null, key), 401, "access.sign-in");
        refused(ask("POST", "/api/devices", "{\"name\": \"x\"}", key), 403, "access.role");
        refused(ask("GET", "/metrics", null, key), 403, "access.role");
        refused(ask("GET", "/api/people", null, key), 403, "access.role");
        for (int i = 0; i < 10; i++)
            refused(ask("GET", "/api/status", null, "Authorization", "Bearer tsk_no"), 401, "access.key");
        var many = ask("GET", "/api/status", null, "Authorization", "Bearer tsk_no");
        refused(many, 429, "access.many");
        assertThat(many.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);
        // A proxy on this machine says who asks; whoever is let in still is.
        refused(
                ask(
                        "GET",
                        "/api/status",
                        null,
                        "Authorization",
                        "Bearer tsk_no",
                        "X-Forwarded-For",
                        "1.2.3.4, 192.0.2.7"),
                401,
                "access.key");
        assertThat(ask("GET", "/api/devices", null, key).statusCode()).isEqualTo(200);
        String id = JSON.readTree(made.body()).get("id").textValue();
        assertThat(ask("GET", "/api/api-keys", null, "Cookie", ada).body()).contains("\"usedMs\":");
        assertThat(ask("DELETE", "/api/api-keys/" + id, null, "Cookie", ada, "Origin", origin)
                        .statusCode())
                .isEqualTo(204);
        refused(ask("GET", "/api/devices", null, key), 429, "access.many");
    }

    @Test
    void who_tries_links_in_vain_waits_and_others_do_not() throws Exception {
        for (int i = 0; i < 10; i++)
            refused(fromPage("/api/sign-in/link", new Linked("guess" + i)), 403, "link.invalid");
        String right = secret(node.firstLink().orElseThrow());
        refused(fromPage("/api/sign-in/link", new Linked(right)), 429, "access.many");
        refused(prove("nobody"), 429, "access.many");
        assertThat(fromPage("/api/sign-in/link", new Linked(right), "X-Forwarded-For", "192.0.2.7")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void live_events_end_when_who_listens_is_signed_out() throws Exception {
        String ada = enter(node.firstLink().orElseThrow(), phone);
        var live = http.send(
                HttpRequest.newBuilder(URI.create(origin + "/api/live"))
                        .header("Cookie", ada)
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(ask("POST", "/api/sign-out", null, "Cookie", ada, "Origin", origin)
                        .statusCode())
                .isEqualTo(204);
        // It ends, and the count with it.
        assertThat(live.body().count()).isPositive();
    }

    @Test
    void behind_a_proxy_with_an_address_of_its_own_the_cookie_goes_over_tls_only() throws Exception {
        node.close();
        start("[people]\nrequired = true\naddress = \"https://things.example\"\n");
        phone = new SoftAuthenticator("https://things.example", "things.example");
        String link = node.firstLink().orElseThrow();
        assertThat(link).startsWith("https://things.example/sign-in#");
        String ada = enter(link, phone);
        assertThat(ada).startsWith("__Host-thingstead-home=");
        assertThat(ask("GET", "/api/me", null, "Cookie", ada, "X-Forwarded-For", "192.0.2.7")
                        .body())
                .contains("Ada");
        var invited =
                fromPage("/api/people/invitations", java.util.Map.of("name", "Bob", "role", "viewer"), "Cookie", ada);
        assertThat(JSON.readTree(invited.body()).get("link").textValue()).startsWith("https://things.example/sign-in#");
        // Only the node's machine makes links that need no passkey.
        refused(fromPage("/api/people/administrator-link", java.util.Map.of(), "Cookie", ada), 403, "access.role");
    }
}
