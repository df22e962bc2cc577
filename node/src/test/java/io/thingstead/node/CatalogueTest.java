package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.catalogue.Catalogue;
import io.thingstead.node.catalogue.Quantity;
import io.thingstead.node.catalogue.ThingDescription;
import io.thingstead.node.catalogue.ThingDescriptionRules;
import io.thingstead.node.catalogue.ThingRoute;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.exchange.Exchange;
import io.thingstead.node.exchange.ExchangeSettings;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RevokeGrant;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.SigningDevice;
import io.thingstead.node.view.live.LiveState;
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

/// The devices of two members in one catalogue: a whole node, acme, and bolt, which answers it over real sockets.
class CatalogueTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MemberId ACME = new MemberId("acme");
    private static final MemberId BOLT = new MemberId("bolt");
    private static final DeviceId BOLTS_BOX = DeviceId.of("bolt:box");
    private static final String BASE = "http://bolt.example/";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final MemberKeys keys = MemberKeys.generate();
    private Node node;
    private Exchange bolt;
    private LiveState live;
    private SigningDevice box;

    @BeforeEach
    void start() throws Exception {
        node = Node.start(
                folder, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0).withMembers("127.0.0.1", 0));
        var ledger = node.core().ledger();
        bolt = new Exchange(BOLT, keys.of(KeyRole.TLS), ledger);
        bolt.listen(ExchangeSettings.of("127.0.0.1", 0));
        live = new LiveState(node.core().log().reader(), System::currentTimeMillis);
        bolt.offer(new ThingRoute(BOLT, ledger, live));
        var registration = new RegisterMember(
                BOLT, "bolt.example", Founding.possessed(node.core().registrar().ledger(), BOLT, keys));
        var endpoint = new Endpoint("127.0.0.1:1", "127.0.0.1:" + bolt.port());
        done(KeyRole.IDENTITY, node.core().keys(), new Propose(ACME, new AddMember(registration, endpoint)));
        done(KeyRole.NODE, keys, RegisterDevice.withToken(BOLTS_BOX));
        box = SigningDevice.registered(node.core(), "box");
        SigningDevice.registered(node.core(), "silent");
        while (ledger.endpoint(ACME).isEmpty()) {
            Thread.sleep(10);
        }
    }

    @AfterEach
    void close() {
        bolt.close();
        node.close();
    }

    private void done(KeyRole role, MemberKeys signer, Action action) {
        assertThat(node.core().registrar().ask(List.of(action), signer.of(role)))
                .isEmpty();
    }

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(URI.create(node.page()).resolve(path));
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private void acmesBoxSays(double temperature) throws Exception {
        box.send(Measurement.of("temperature", "Cel", temperature, System.currentTimeMillis()));
        long until = System.nanoTime() + 20_000_000_000L;
        while (json("/api/things/acme:box").path("properties").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private void boltsBoxSays(Value value, long receivedMs) {
        var reading = new Reading("cpu/load", "%", value, receivedMs, false);
        live.take(List.of(new LoggedFrame(0, BOLTS_BOX, 1, TrustLevel.DEVICE_SIGNED, receivedMs, List.of(reading))), 1);
    }

    @Test
    void an_own_device_is_described_and_its_forms_and_links_work() throws Exception {
        acmesBoxSays(21.5);
        HttpResponse<String> response = get("/api/things/acme:box");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/td+json");
        JsonNode thing = JSON.readTree(response.body());
        ThingDescriptionRules.check(thing);
        assertThat(thing.path("title").asText()).isEqualTo("acme:box");
        assertThat(thing.path("id").asText())
                .matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
                .isEqualTo(json("/api/things/acme:box").path("id").asText())
                .isNotEqualTo(json("/api/things/acme:silent").path("id").asText());
        JsonNode temperature = thing.path("properties").path("temperature");
        assertThat(temperature.path("type").asText()).isEqualTo("number");
        assertThat(temperature.path("unit").asText()).isEqualTo("Cel");
        var value = get(
                ThingDescriptionRules.resolved(thing, temperature.path("forms").path(0)));
        assertThat(value.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(value.body()).asDouble()).isEqualTo(21.5);
        assertThat(json("/api/things/acme:box/properties").path("temperature").asDouble())
                .isEqualTo(21.5);
        assertThat(thing.path("links")).hasSize(3);
        for (JsonNode link : thing.path("links")) {
            URI uri = ThingDescriptionRules.resolved(thing, link);
            HttpResponse<String> answer = get(uri);
            for (int i = 0; i < 200 && answer.statusCode() == 409; i++) {
                Thread.sleep(100); // a proof that is not final yet
                answer = get(uri);
            }
            assertThat(answer.statusCode()).as(link.toString()).isEqualTo(200);
        }
    }

    @Test
    void the_devices_of_all_members_come_in_pages() throws Exception {
        acmesBoxSays(21.5);
        JsonNode all = json("/api/things").path("things");
        assertThat(all)
                .extracting(thing -> thing.path("title").asText())
                .containsExactly("acme:box", "acme:silent", "bolt:box");
        all.forEach(ThingDescriptionRules::check);
        JsonNode first = json("/api/things?limit=2");
        assertThat(first.path("things")).hasSize(2);
        JsonNode second = json("/api/things?limit=2&after=" + first.path("next").asText());
        assertThat(second.path("things")).hasSize(1);
        assertThat(second.has("next")).isFalse();
        assertThat(get("/api/things?after=x").statusCode()).isEqualTo(400);
        assertThat(get("/api/things/acme:nothing").statusCode()).isEqualTo(404);
        assertThat(get("/api/things/acme:box/property").statusCode()).isEqualTo(400);
        assertThat(get("/api/things/acme:box/property?name=nothing").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_device_of_another_member_shows_what_is_granted_and_no_more() throws Exception {
        boltsBoxSays(new Value.Number(7), 5_000);
        JsonNode before = json("/api/things/bolt:box");
        ThingDescriptionRules.check(before);
        assertThat(before.path("properties")).isEmpty();
        assertThat(before.has("ts:granted")).isFalse();
        assertThat(before.path("forms").path(0).path("href").asText())
                .isEqualTo("https://127.0.0.1:" + bolt.port() + "/things/box");
        assertThat(get("/api/things/bolt:box/properties").statusCode()).isEqualTo(403);

        done(KeyRole.NODE, keys, new Grant(BOLTS_BOX, ACME, 5_000, null));
        JsonNode granted = json("/api/things/bolt:box");
        ThingDescriptionRules.check(granted);
        assertThat(granted.path("ts:granted").path("fromMs").asLong()).isEqualTo(5_000);
        assertThat(granted.path("ts:toldBy").asText()).isEqualTo("bolt");
        JsonNode load = granted.path("properties").path("cpu/load");
        assertThat(load.path("unit").asText()).isEqualTo("%");
        var value =
                get(ThingDescriptionRules.resolved(granted, load.path("forms").path(0)));
        assertThat(JSON.readTree(value.body()).asDouble()).isEqualTo(7);

        done(KeyRole.NODE, keys, new Grant(BOLTS_BOX, ACME, 5_001, null));
        assertThat(json("/api/things/bolt:box").path("properties"))
                .as("what was received before the grant")
                .isEmpty();
        boltsBoxSays(new Value.Text("high"), 6_000);
        assertThat(json("/api/things/bolt:box/properties").path("cpu/load").asText())
                .isEqualTo("high");

        bolt.close();
        JsonNode away = json("/api/things/bolt:box");
        ThingDescriptionRules.check(away);
        assertThat(away.path("ts:note").asText()).contains("bolt cannot be reached");
        HttpResponse<String> unreachable = get("/api/things/bolt:box/properties");
        assertThat(unreachable.statusCode()).isEqualTo(503);
        assertThat(unreachable.body()).contains("member.unreachable");

        done(KeyRole.NODE, keys, new RevokeGrant(BOLTS_BOX, ACME));
        assertThat(get("/api/things/bolt:box/properties").statusCode()).isEqualTo(403);
    }

    @Test
    void the_node_tells_others_what_it_granted_and_no_more() throws Exception {
        acmesBoxSays(21.5);
        var seenByBolt = new Catalogue(BOLT, node.core().ledger(), live, bolt, _ -> false);
        DeviceId acmesBox = DeviceId.of("acme:box");
        assertThat(bolt.ask(ACME, "/things/box", 1 << 20).status()).isEqualTo(403);
        assertThat(bolt.ask(ACME, "/things/nothing", 1 << 20).status()).isEqualTo(403);
        done(KeyRole.NODE, node.core().keys(), new Grant(acmesBox, BOLT, 0, null));
        assertThat(seenByBolt.quantities(acmesBox).orThrow()).singleElement().satisfies(quantity -> {
            assertThat(quantity.name()).isEqualTo("temperature");
            assertThat(quantity.value()).isEqualTo(21.5);
            assertThat(quantity.trust()).isEqualTo("device-signed");
        });
        ThingDescription thing = seenByBolt.describe(acmesBox, BASE).orElseThrow();
        assertThat(thing.properties()).containsOnlyKeys("temperature");
        assertThat(bolt.ask(ACME, "/things/silent", 1 << 20).status()).isEqualTo(403);
        done(KeyRole.NODE, node.core().keys(), new Grant(acmesBox, BOLT, 0, 1L));
        assertThat(seenByBolt.quantities(acmesBox).orThrow())
                .extracting(Quantity::name)
                .isEmpty();
    }

    @Test
    void by_command() throws Exception {
        acmesBoxSays(21.5);
        done(KeyRole.NODE, keys, new Grant(BOLTS_BOX, ACME, 5_000, null));
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out));
        assertThat(line.execute("things", "--data", folder.toString())).isZero();
        assertThat(out.toString().lines().map(text -> text.replaceAll(" +", " ")))
                .containsExactly(
                        "acme:box temperature in Cel", "acme:silent nothing yet", "bolt:box granted to this member");
        out.getBuffer().setLength(0);
        assertThat(line.execute("things", "acme:box", "--data", folder.toString()))
                .isZero();
        ThingDescriptionRules.check(JSON.readTree(out.toString()));
    }
}
