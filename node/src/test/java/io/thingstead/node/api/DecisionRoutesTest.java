package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consortium.JoinDocuments;
import io.thingstead.node.ledger.action.Approve;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a member's people propose, approve and withdraw over HTTP; here at a member that decides alone.
class DecisionRoutesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private PartialNode node;
    private HttpClient http;

    @BeforeEach
    void start() {
        node = new PartialNode(folder.resolve("node"), 0, "the-administrators-token");
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        node.close();
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(node.url() + path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void refused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("code").textValue()).isEqualTo(code);
    }

    private JsonNode decisions() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/decisions"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String add(MemberKeys keys) throws Exception {
        byte[] request = JoinDocuments.request(node.core.registrar().ledger(), "bolt", keys, folder);
        ObjectNode body = JSON.createObjectNode().put("kind", "add");
        body.set("request", JSON.readTree(request));
        return body.toString();
    }

    @Test
    void a_member_is_let_in_by_its_request_and_taken_out_again() throws Exception {
        MemberKeys keys = MemberKeys.generate();
        var answer = post("/api/decisions", add(keys));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(JSON.readTree(answer.body()).get("number").asLong()).isEqualTo(1);
        var ledger = node.core.ledger();
        assertThat(ledger.member(new MemberId("bolt"))).isNotNull();
        assertThat(ledger.endpoint(new MemberId("bolt")).orElseThrow().node()).isEqualTo("127.0.0.1:7443");
        assertThat(post("/api/decisions", "{\"kind\":\"remove\",\"member\":\"bolt\"}")
                        .statusCode())
                .isEqualTo(201);
        JsonNode all = decisions();
        assertThat(all.get("votes").asBoolean()).isTrue();
        JsonNode first = all.get("decisions").get(1);
        assertThat(first.get("words").get(0).asText()).isEqualTo("Add bolt (bolt.example) as a member");
        assertThat(first.get("end").asText()).isEqualTo("passed");
        assertThat(first.get("open").asBoolean()).isFalse();
        assertThat(first.get("approvals").get(0).asText()).isEqualTo("home");
        assertThat(first.get("needed").asInt()).isEqualTo(1);
        assertThat(first.get("event").asLong()).isPositive();
        refused(post("/api/decisions/1/approve", "{}"), 409, "decision.closed");
        refused(post("/api/decisions/1/withdraw", "{}"), 409, "decision.closed");
        refused(post("/api/decisions/7/approve", "{}"), 404, "decision.unknown");
        refused(post("/api/decisions/x/approve", "{}"), 400, "request.malformed");
    }

    @Test
    void a_changed_request_and_anything_else_is_refused_with_a_code() throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree(add(MemberKeys.generate()));
        ((ObjectNode) body.get("request")).put("domain", "other.example");
        refused(post("/api/decisions", body.toString()), 400, "request.malformed");
        for (String malformed : List.of(
                "",
                "[]",
                "{}",
                "{\"kind\":\"add\"}",
                "{\"kind\":\"add\",\"request\":[]}",
                "{\"kind\":\"add\",\"request\":{}}",
                "{\"kind\":\"remove\"}",
                "{\"kind\":\"remove\",\"member\":\"A!\"}",
                "{\"kind\":\"rules\",\"version\":1}",
                "{\"kind\":\"rules\",\"version\":-1,\"height\":5}",
                "{\"kind\":\"coup\"}",
                "{\"kind\":\"engine-key\",\"key\":\"x\"}",
                "null")) {
            refused(post("/api/decisions", malformed), 400, "request.malformed");
        }
        refused(post("/api/decisions", "{\"kind\":\"remove\",\"member\":\"nobody\"}"), 404, "member.unknown");
        refused(post("/api/decisions", "{\"kind\":\"rules\",\"version\":9,\"height\":500}"), 400, "rules.version");
        refused(post("/api/decisions", "{\"kind\":\"remove\",\"member\":\"home\"}"), 400, "member.last");
        refused(post("/api/decisions", "x".repeat(40_000)), 413, "request.too-large");
        assertThat(decisions().get("decisions")).isEmpty();
    }

    @Test
    void a_page_of_another_site_has_no_voice() throws Exception {
        refused(
                post("/api/decisions", "{\"kind\":\"engine-key\"}", "Sec-Fetch-Site", "cross-site"),
                403,
                "request.forbidden");
        refused(post("/api/decisions/1/approve", "{}", "Origin", "https://evil.example"), 403, "request.forbidden");
        refused(post("/api/decisions/1/withdraw", "{}", "X-Forwarded-For", "10.0.0.1"), 401, "access.sign-in");
    }

    @Test
    void the_node_key_has_no_voice() {
        var refused = node.core.registrar().ask(List.of(new Approve(node.core.member(), 1)));
        assertThat(refused.orElseThrow().code().code()).isEqualTo("action.not-allowed");
        assertThat(node.core.keys().of(KeyRole.IDENTITY)).isNotNull();
    }
}
