package io.thingstead.node.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Programs;
import io.thingstead.node.faults.Patience;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ThingsBoard's own client for Python (`tb-mqtt-client`), unchanged, against the topics that are ThingsBoard's here.
class ThingsBoardClientE2E {
    private static final Path RESOURCES =
            Path.of(System.getProperty("project.root", ".."), "node", "src", "test", "resources", "strangers");
    /// A Python that has `tb-mqtt-client`, which brings a Paho of its own.
    private static final String PYTHON = "thingsboard-python";

    private static final DeviceId DEVICE = DeviceId.of("home:board");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void telemetry_attributes_and_calls_both_ways() throws Exception {
        Programs.need(PYTHON);
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(DEVICE))))
                    .isEmpty();
            String token = node.demoTarget().token().apply(DEVICE);
            URI device = URI.create(node.page() + "api/devices/" + DEVICE + "/");
            Process process = new ProcessBuilder(
                            PYTHON,
                            RESOURCES.resolve("thingsboard_device.py").toString(),
                            String.valueOf(node.mqttPort()),
                            token)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var said = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                    var tell = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
                assertThat(said.readLine()).isEqualTo("connected");
                tell.println("limits");
                // It keeps to 80 % of what the node says.
                assertThat(said.readLine()).isEqualTo("limits 8000 52428");
                tell.println(
                        "telemetry {\"temperature\": 41.9, \"enabled\": false, \"currentFirmwareVersion\": \"v1.2.2\"}");
                assertThat(said.readLine()).isEqualTo("telemetry ok");
                tell.println("telemetry [{\"ts\": " + (System.currentTimeMillis() - 5_000)
                        + ", \"values\": {\"temperature\": 42.1}}, {\"ts\": " + System.currentTimeMillis()
                        + ", \"values\": {\"temperature\": 42.2}}]");
                assertThat(said.readLine()).isEqualTo("telemetry ok");
                tell.println("attributes {\"model\": \"DHT22\"}");
                assertThat(said.readLine()).isEqualTo("attributes ok");
                var log = node.core().log().reader();
                assertThat(log.find(DEVICE, 1)).isPresent();
                assertThat(log.find(DEVICE, 3)).isPresent();

                ask(device.resolve("shadow"), "PUT", "{\"desired\": {\"target\": 21.5}}");
                assertThat(said.readLine()).isEqualTo("changed {\"target\": 21.5}");
                Patience.await(
                        "the model is reported",
                        20,
                        () -> ask(device.resolve("shadow"), "GET", "").contains("DHT22"));
                tell.println("request");
                assertThat(said.readLine())
                        .isEqualTo(
                                "attributes are {\"client\": {\"model\": \"DHT22\"}, \"shared\": {\"target\": 21.5}}");

                ask(
                        device.resolve("commands"),
                        "POST",
                        "{\"name\": \"setValue\", \"value\": true, \"expires_s\": 600}");
                assertThat(said.readLine()).isEqualTo("asked {\"method\": \"setValue\", \"params\": true}");
                Patience.await(
                        "the command is executed",
                        20,
                        () -> ask(device.resolve("commands/2"), "GET", "")
                                .contains("\"result\":{\"done\":\"setValue\",\"with\":true}"));
                tell.println("call getTime");
                assertThat(said.readLine()).startsWith("answer {\"error\": ");
            } finally {
                process.destroy();
                process.onExit().join();
            }
        }
    }

    private String ask(URI where, String method, String body) throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(where)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return answer.body();
    }
}
