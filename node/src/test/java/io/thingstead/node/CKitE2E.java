package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Frames of the C kit's example, sent with curl and mosquitto_pub to a running node, and its promise checked in C.
class CKitE2E {
    @TempDir
    Path folder;

    @Test
    void frames_of_the_example_come_into_the_log_and_their_promises_hold() throws Exception {
        CProgram.needCompiler(folder);
        Programs.need("curl");
        Programs.need("mosquitto_pub");
        String example = CProgram.compile(folder, "example.c");
        String answers = CProgram.compile(folder, "tests/answers.c");
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            LedgerId ledger = node.core().registrar().ledger();
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            DeviceId device = new DeviceId(node.member(), "c-kit");
            byte[] possession = Possession.sign(device.value(), ledger, key);
            assertThat(node.core()
                            .registrar()
                            .ask(List.of(new RegisterDevice(device, KeyRole.DEVICE, key.key(), possession))))
                    .isEmpty();
            Files.write(folder.resolve("seed"), key.secret());
            Files.writeString(folder.resolve("counter"), "0\n");
            Path frame = folder.resolve("frame");

            for (int n = 1; n <= 2; n++) {
                makeFrame(example, ledger, frame);
                JsonNode answer = new ObjectMapper()
                        .readTree(Programs.run(
                                "curl",
                                "-sf",
                                "--data-binary",
                                "@" + frame,
                                "-H",
                                "Content-Type: application/cose",
                                node.page() + "v1/frames"));
                assertThat(answer.path("n").asInt()).isEqualTo(n);
                assertThat(answer.path("trust").asText()).isEqualTo("device-signed");
                CQuestions questions = new CQuestions();
                questions.promise(
                        ledger,
                        node.core().keys().of(KeyRole.LOG).key(),
                        Base64Url.decode(answer.path("salt").asText()).orElseThrow(),
                        answer.path("receivedMs").asLong(),
                        Base64Url.decode(answer.path("promise").asText()).orElseThrow(),
                        Files.readAllBytes(frame));
                var promised = questions.ask(answers, folder).promised();
                assertThat(promised.result()).isEqualTo(CQuestions.OK);
                assertThat(promised.member()).isEqualTo(node.member().value());
                assertThat(promised.index()).isEqualTo(answer.path("index").asLong());
            }
            makeFrame(example, ledger, frame);
            Programs.run(
                    "mosquitto_pub",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(node.mqttPort()),
                    "-q",
                    "1",
                    "-t",
                    "v1/devices/me/frames",
                    "-f",
                    frame.toString());
            assertThat(node.core().log().reader().find(device, 3)).isPresent();
        }
    }

    /// As a shell does it, with the counter in the example's own folder.
    private void makeFrame(String example, LedgerId ledger, Path frame) throws Exception {
        Process process = new ProcessBuilder(example, "seed", "counter", ledger.hex(), "temperature", "Cel", "21.5")
                .directory(folder.toFile())
                .redirectOutput(frame.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
