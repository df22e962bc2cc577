package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.demo.DemoFleet;
import io.thingstead.node.demo.DemoFolder;
import io.thingstead.node.fleet.Hidden;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.view.SigningDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo's devices are removed from a member that has one of its own, too.
class DemoTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Path data;

    @BeforeEach
    void name() {
        data = folder.resolve("demo");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private Node start() {
        return Node.start(data, NodeConfig.DEFAULT.withMember("demo").withPorts(0, 0));
    }

    private JsonNode ask(Node node, String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static void awaitDemo(Node node) throws InterruptedException {
        var log = node.core().log().reader();
        while (log.size() < 60 || log.streams(DeviceId.of("demo:weather-1")).isEmpty()) Thread.sleep(20);
    }

    private static List<LeafRecord> leaves(Node node) {
        return node.core().log().reader().leaves(0, 100_000);
    }

    private void assertEmptyBut(Node node, String... own) throws Exception {
        JsonNode page = ask(node, "GET", "/api/devices");
        assertThat(page.path("total").asInt()).isEqualTo(own.length);
        assertThat(page.path("devices").findValuesAsText("device")).containsExactlyInAnyOrder(own);
        assertThat(ask(node, "GET", "/api/status")
                        .path("devices")
                        .path("registered")
                        .asInt())
                .isEqualTo(own.length);
        assertThat(ask(node, "GET", "/api/fleet/map").path("clusters")).isEmpty();
        assertThat(ask(node, "GET", "/api/things").path("things")).hasSize(own.length);
        assertThat(ask(node, "GET", "/api/readings").path("readings").findValuesAsText("device"))
                .allSatisfy(device -> assertThat(own).contains(device));
        assertThat(leaves(node).stream()
                        .filter(LeafRecord::isFrame)
                        .map(leaf -> leaf.stream().device().value())
                        .distinct())
                .containsExactly(own);
        assertThat(ask(node, "GET", "/api/status").has("demo")).isFalse();
        assertThat(node.core().ledger().devices(node.member(), null, 100))
                .hasSizeGreaterThan(20)
                .filteredOn(record -> !List.of(own).contains(record.device().value()))
                .allSatisfy(record -> assertThat(record.keys()).isEmpty());
        assertThat(data.resolve("demo-devices")).doesNotExist();
    }

    private String doctor(int code) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        assertThat(line.execute("doctor", "--data", data.toString()))
                .as(out.toString())
                .isEqualTo(code);
        return out.toString();
    }

    @Test
    void it_is_gone_with_all_its_devices_said_and_does_not_come_back() throws Exception {
        try (Node node = start()) {
            assertThat(ask(node, "POST", "/api/demo/remove").path("code").asText())
                    .isEqualTo("request.not-found");
            int size = node.demo().run(DemoFleet.Share.ALL).orElseThrow();
            var own = SigningDevice.registered(node.core(), "own");
            own.send(Measurement.of("t", "Cel", 4.5, System.currentTimeMillis()));
            awaitDemo(node);
            JsonNode before = ask(node, "GET", "/api/status").path("demo");
            // The gateway itself measures nothing.
            assertThat(before.path("devices").asInt()).isEqualTo(size + 1);
            assertThat(before.path("running").asBoolean()).isTrue();

            JsonNode removed = ask(node, "POST", "/api/demo/remove");
            assertThat(removed.path("devices").asInt()).as(removed.toString()).isEqualTo(size + 1);
            assertThat(removed.path("erased").asInt()).isGreaterThan(50);
            assertEmptyBut(node, "demo:own");
            assertThat(node.core()
                            .ledger()
                            .history("device/demo:box-1", 1)
                            .getFirst()
                            .type())
                    .isEqualTo(EventType.DEVICE_KEY_REVOKED);
            long size1 = node.core().log().reader().size();
            own.send(Measurement.of("t", "Cel", 5.5, System.currentTimeMillis()));
            assertThat(node.core().log().reader().size()).isEqualTo(size1 + 1);
        }
        assertThat(doctor(0)).contains("each checked");
        try (Node again = start()) {
            assertThat(again.demo().run(DemoFleet.Share.ALL)).isEmpty();
            assertEmptyBut(again, "demo:own");
            while (again.seriesBehind() > 0) Thread.sleep(20);
            assertThat(ask(again, "GET", "/api/readings?device=demo:own").path("readings"))
                    .as("one's own readings stay")
                    .hasSize(2);
        }
    }

    @Test
    void a_removal_that_a_crash_broke_off_is_ended_at_the_next_start() throws Exception {
        try (Node node = start()) {
            node.demo().run(DemoFleet.Share.ALL);
            SigningDevice.registered(node.core(), "own")
                    .send(Measurement.of("t", "Cel", 4.5, System.currentTimeMillis()));
            awaitDemo(node);
        }
        // Stopped after the first step.
        try (var core = MemberCore.open(data, NodeConfig.DEFAULT.withMember("demo"), System::currentTimeMillis, e -> {
            throw new IllegalStateException(e);
        })) {
            core.start();
            Hidden.open(core.store())
                    .add(new DemoFolder(data.resolve("demo-devices"))
                            .names().stream()
                                    .map(name -> DeviceId.of("demo:" + name))
                                    .toList());
        }
        try (Node again = start()) {
            assertThat(again.demo().run(DemoFleet.Share.ALL)).isEmpty();
            while (Files.exists(data.resolve("demo-devices"))) Thread.sleep(20);
            assertEmptyBut(again, "demo:own");
        }
    }
}
