package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Python device kit: its own tests, and its frames over HTTP and MQTT into a real node.
class PythonKitTest {
    private static final Path KIT = Path.of(System.getProperty("project.root", ".."), "kit", "python");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PYTHONPATH", KIT.resolve("src").toString(), "PYTHONDONTWRITEBYTECODE", "1");

    @TempDir
    Path folder;

    @Test
    void its_own_tests_pass() throws Exception {
        String python = Programs.python("cryptography");
        String output = Programs.run(
                ENVIRONMENT,
                python,
                "-m",
                "unittest",
                "discover",
                "-s",
                KIT.resolve("tests").toString());
        assertThat(output).containsPattern("Ran [1-9][0-9]+ tests").endsWith("OK\n");
        System.out.println("PythonKitTest: "
                + output.lines()
                        .filter(line -> line.startsWith("Ran"))
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void its_frames_come_into_the_log_over_HTTP_and_MQTT() throws Exception {
        String python = Programs.python("cryptography", "paho.mqtt");
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            for (Algorithm algorithm : Algorithm.values()) {
                SigningKey key = SigningKey.generate(algorithm);
                DeviceId device = new DeviceId(node.member(), "python" + algorithm.cose());
                var ledger = node.core().registrar().ledger();
                assertThat(node.core()
                                .registrar()
                                .ask(List.of(new RegisterDevice(
                                        device,
                                        KeyRole.DEVICE,
                                        key.key(),
                                        Possession.sign(device.value(), ledger, key)))))
                        .isEmpty();
                Path pem = folder.resolve("key" + algorithm.cose() + ".pem");
                key.save(pem);
                String[] ways = {"--http", node.page(), "--mqtt", "127.0.0.1:" + node.mqttPort()};
                for (int way = 0; way < ways.length; way += 2) {
                    assertThat(Programs.run(
                                    ENVIRONMENT,
                                    python,
                                    "-m",
                                    "thingstead",
                                    "send",
                                    "--device",
                                    device.value(),
                                    "--key",
                                    pem.toString(),
                                    "--ledger",
                                    ledger.hex(),
                                    ways[way],
                                    ways[way + 1],
                                    "temperature=21.5:Cel",
                                    "door=true"))
                            .contains("frame " + (way / 2 + 1) + " accepted");
                }
                var log = node.core().log().reader();
                assertThat(log.find(device, 1)).isPresent();
                assertThat(log.find(device, 2)).isPresent();
            }
        }
    }

    @Test
    void it_executes_a_command_and_its_receipt_stands_in_the_log() throws Exception {
        String python = Programs.python("cryptography", "paho.mqtt");
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
                HttpClient http = HttpClient.newHttpClient()) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            DeviceId device = new DeviceId(node.member(), "python-lock");
            var ledger = node.core().registrar().ledger();
            assertThat(node.core()
                            .registrar()
                            .ask(List.of(new RegisterDevice(
                                    device, KeyRole.DEVICE, key.key(), Possession.sign(device.value(), ledger, key)))))
                    .isEmpty();
            Path pem = folder.resolve("lock.pem");
            key.save(pem);
            URI commands = URI.create(node.page() + "api/devices/" + device + "/commands");
            String issued = http.send(
                            HttpRequest.newBuilder(commands)
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"name\": \"lock\", \"value\": true, \"expires_s\": 600}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(issued).contains("queued");
            assertThat(Programs.run(
                            ENVIRONMENT,
                            python,
                            "-m",
                            "thingstead",
                            "obey",
                            "--device",
                            device.value(),
                            "--key",
                            pem.toString(),
                            "--ledger",
                            ledger.hex(),
                            "--member-key",
                            HexFormat.of()
                                    .formatHex(node.core()
                                            .keys()
                                            .of(KeyRole.NODE)
                                            .key()
                                            .coseKey()),
                            "--mqtt",
                            "127.0.0.1:" + node.mqttPort()))
                    .contains("command 1: lock true");
            assertThat(http.send(HttpRequest.newBuilder(commands).build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"state\":\"executed\"", "\"result\":{\"lock\":true}", "device-signed");
        }
    }

    @Test
    void it_shows_a_key_that_is_registered_as_a_further_one() throws Exception {
        String python = Programs.python("cryptography");
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            DeviceId device = new DeviceId(node.member(), "kitchen");
            assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(device))))
                    .isEmpty();
            String shown = Programs.run(
                    ENVIRONMENT,
                    python,
                    "-m",
                    "thingstead",
                    "possession",
                    "--device",
                    device.value(),
                    "--ledger",
                    node.core().registrar().ledger().hex(),
                    "--key",
                    folder.resolve("new.pem").toString());
            String[] lines = shown.strip().split("\n");
            assertThat(lines[0]).startsWith("public key ");
            assertThat(lines[1]).startsWith("possession ");
            assertThat(Thingstead.commandLine()
                            .execute(
                                    "device",
                                    "add-key",
                                    device.value(),
                                    "--public",
                                    lines[0].substring(11),
                                    "--possession",
                                    lines[1].substring(11),
                                    "--data",
                                    folder.resolve("node").toString()))
                    .isZero();
            assertThat(node.core().ledger().device(device).keys()).hasSize(1);
        }
    }
}
