package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import java.io.PrintWriter;
import java.io.StringWriter;
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

/// A member's operator lets another member read devices, by command and by HTTP, and takes it back.
class GrantsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MemberId BOLT = new MemberId("bolt");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Node node;

    @BeforeEach
    void start() {
        node = Node.start(folder, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        var core = node.core();
        var registration = new RegisterMember(
                BOLT, "bolt.example", Founding.possessed(core.registrar().ledger(), BOLT, MemberKeys.generate()));
        var add = new AddMember(registration, new Endpoint("127.0.0.1:1", "127.0.0.1:1"));
        assertThat(core.registrar()
                        .ask(
                                List.of(new Propose(core.member(), add)),
                                core.keys().of(KeyRole.IDENTITY)))
                .isEmpty();
        for (String name : List.of("box-1", "box-2")) {
            assertThat(core.registrar().ask(List.of(RegisterDevice.withToken(DeviceId.of("acme:" + name)))))
                    .isEmpty();
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    private record Said(int code, String text) {}

    private Said run(String... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = folder.toString();
        return new Said(line.execute(all), out.toString());
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode grants(String query) throws Exception {
        return JSON.readTree(client.send(
                        HttpRequest.newBuilder(URI.create(node.page()).resolve("/api/grants" + query))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private List<GrantRecord> onLedger() {
        return node.core().ledger().grantsBy(node.member());
    }

    @Test
    void by_command() {
        assertThat(run("grants").text).contains("No grants yet");
        assertThat(run(
                        "grant",
                        "box-1",
                        "--to",
                        "bolt",
                        "--from",
                        "2026-05-01",
                        "--to-time",
                        "2026-05-02T08:00:00+02:00"))
                .isEqualTo(new Said(0, "bolt may read acme:box-1 (thingstead grants lists them).\n"));
        assertThat(onLedger()).singleElement().satisfies(grant -> {
            assertThat(grant.device()).isEqualTo(DeviceId.of("acme:box-1"));
            assertThat(grant.grantee()).isEqualTo(BOLT);
            assertThat(grant.fromMs()).isEqualTo(1_777_593_600_000L);
            assertThat(grant.toMs()).isEqualTo(1_777_701_600_000L);
        });
        long now = System.currentTimeMillis();
        assertThat(run("grant", "acme:box-2", "--to", "bolt").code).isZero();
        assertThat(onLedger().getLast().fromMs()).as("from now on").isBetween(now, now + 60_000);
        assertThat(run("grants").text)
                .contains("bolt may read acme:box-1, received from 2026-05-01T00:00:00Z to 2026-05-02T06:00:00Z")
                .contains("bolt may read acme:box-2, received from ")
                .contains("until it is revoked");
        assertThat(run("grant", "box-1", "--to", "bolt", "--revoke").text).contains("no more");
        assertThat(onLedger()).extracting(GrantRecord::device).containsExactly(DeviceId.of("acme:box-2"));
    }

    @Test
    void what_cannot_be_granted_is_said() {
        assertThat(run("grant", "nothing", "--to", "bolt")).satisfies(said -> {
            assertThat(said.code).isEqualTo(1);
            assertThat(said.text).contains("device.unknown");
        });
        assertThat(run("grant", "box-1", "--to", "nobody").text).contains("member.unknown");
        assertThat(run("grant", "box-1", "--to", "acme").text).contains("reads its own devices anyway");
        assertThat(run("grant", "bolt:box-1", "--to", "acme").text).contains("device.unknown");
        assertThat(run("grant", "box-1", "--to", "bolt", "--revoke").text).contains("grant.unknown");
        assertThat(run("grant", "box-1", "--to", "bolt", "--from", "yesterday").text)
                .contains("not a time");
        assertThat(onLedger()).isEmpty();
    }

    @Test
    void by_http_in_pages() throws Exception {
        for (String device : List.of("acme:box-2", "acme:box-1")) {
            String body = "{\"device\":\"" + device + "\",\"to\":\"bolt\",\"fromMs\":5,\"toMs\":9}";
            assertThat(post("/api/grants", body).statusCode()).isEqualTo(204);
        }
        JsonNode first = grants("?limit=1");
        assertThat(first.path("grants")).hasSize(1);
        assertThat(first.path("grants").path(0).path("device").asText()).isEqualTo("acme:box-1");
        assertThat(first.path("grants").path(0).path("fromMs").asLong()).isEqualTo(5);
        assertThat(first.path("grants").path(0).path("toMs").asLong()).isEqualTo(9);
        JsonNode second = grants("?limit=1&after=" + first.path("next").asText());
        assertThat(second.path("grants").path(0).path("device").asText()).isEqualTo("acme:box-2");
        assertThat(post("/api/grants/revoke", "{\"device\":\"acme:box-1\",\"to\":\"bolt\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(onLedger()).hasSize(1);
    }

    @Test
    void only_the_operator_grants_and_malformed_requests_are_refused() throws Exception {
        String good = "{\"device\":\"acme:box-1\",\"to\":\"bolt\"}";
        assertThat(post("/api/grants", good, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(post("/api/grants/revoke", good, "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"device\":\"box\",\"to\":\"bolt\"}",
                "{\"device\":\"acme:box-1\",\"to\":\"BOLT\"}",
                "{\"device\":\"acme:box-1\",\"to\":\"bolt\",\"fromMs\":9,\"toMs\":9}",
                "{\"device\":\"acme:box-1\",\"to\":\"bolt\",\"fromMs\":-1}",
                "{\"device\":\"acme:box-1\",\"to\":\"bolt\",\"toMs\":9223372036854775807}",
                "{\"device\":\"acme:box-1\",\"to\":\"bolt\",\"more\":1}")) {
            HttpResponse<String> answer = post("/api/grants", bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).as(bad).contains("request.malformed");
        }
        assertThat(onLedger()).isEmpty();
    }
}
