package io.thingstead.node;

import static io.thingstead.node.Programs.need;
import static io.thingstead.node.Programs.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.log.LogReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that nobody here wrote, or that share no code with the project, against the running node.
class StrangersE2E {
    private static final DeviceId SHELL = DeviceId.of("home:shell");

    @TempDir
    Path folder;

    private Node node;
    private LogReader log;

    @BeforeEach
    void start() {
        node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
        log = node.core().log().reader();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void mosquitto_pub_and_curl_with_a_token_come_into_the_log() throws Exception {
        need("mosquitto_pub");
        need("curl");
        assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(SHELL))))
                .isEmpty();
        String token = node.demoTarget().token().apply(SHELL);
        run(
                "mosquitto_pub",
                "-h",
                "127.0.0.1",
                "-p",
                port(),
                "-q",
                "1",
                "-u",
                token,
                "-t",
                "v1/devices/me/telemetry",
                "-m",
                "{\"temperature\": 21.5}");
        run(
                "curl",
                "-sf",
                "-H",
                "Content-Type: application/json",
                "-d",
                "{\"temperature\": 22.5}",
                node.page() + "api/v1/" + token + "/telemetry");
        assertThat(log.find(SHELL, 1)).isPresent();
        assertThat(log.find(SHELL, 2)).isPresent();
        String wrong = run(
                "curl",
                "-s",
                "-H",
                "Content-Type: application/json",
                "-d",
                "{}",
                node.page() + "api/v1/nobodys-token-nobodys-token/telemetry");
        assertThat(wrong).contains("token.invalid");
    }

    @Test
    void mosquitto_and_curl_take_commands_and_answer_them_as_with_thingsboard() throws Exception {
        need("mosquitto_sub");
        need("curl");
        assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(SHELL))))
                .isEmpty();
        String token = node.demoTarget().token().apply(SHELL);
        String commands = node.page() + "api/devices/" + SHELL + "/commands";
        run("curl", "-sf", "-d", "{\"name\": \"open\", \"value\": {\"percent\": 40}, \"expires_s\": 600}", commands);
        assertThat(run(mosquitto(
                        "mosquitto_sub", token, "-C", "1", "-F", "%t %p", "-t", "v1/devices/me/rpc/request/+")))
                .isEqualTo("v1/devices/me/rpc/request/1 {\"method\":\"open\",\"params\":{\"percent\":40}}\n");
        run(mosquitto("mosquitto_pub", token, "-t", "v1/devices/me/rpc/response/1", "-m", "{\"open\": 40}"));
        assertThat(run("curl", "-sf", commands + "/1"))
                .contains("\"state\":\"executed\"", "\"result\":{\"open\":40}", "member-attested");
        // What is desired comes as a shared attribute, and the same over HTTP.
        run(
                "curl",
                "-sf",
                "-X",
                "PUT",
                "-d",
                "{\"desired\": {\"opening\": 55}}",
                node.page() + "api/devices/" + SHELL + "/shadow");
        assertThat(run(mosquitto("mosquitto_sub", token, "-C", "1", "-t", "v1/devices/me/attributes")))
                .isEqualTo("{\"opening\":55}\n");
        run("curl", "-sf", "-d", "{\"name\": \"close\", \"expires_s\": 600}", commands);
        String rpc = node.page() + "api/v1/" + token + "/rpc";
        assertThat(run("curl", "-sf", rpc + "?timeout=10000"))
                .isEqualTo("{\"id\":3,\"method\":\"close\",\"params\":null}");
        run("curl", "-sf", "-d", "{\"error\": \"stuck\"}", rpc + "/3");
        assertThat(run("curl", "-sf", commands + "/3")).contains("\"state\":\"failed\"");
        assertThat(run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", rpc + "?timeout=100"))
                .isEqualTo("408");
    }

    private String[] mosquitto(String program, String token, String... more) {
        return Stream.concat(
                        Stream.of(program, "-h", "127.0.0.1", "-p", port(), "-q", "1", "-u", token), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void a_device_written_from_the_formats_alone_is_accepted_and_verifies_its_proof() throws Exception {
        String python = Programs.python();
        Path script = Path.of(System.getProperty("project.root"), "examples", "from-the-spec", "device.py");
        String page = node.page();
        assertThat(run(python, script.toString(), page.substring(0, page.length() - 1)))
                .contains("accepted at index")
                .contains("proven-by-one-member");
    }

    @Test
    void tesseras_fsck_accepts_the_log() throws Exception {
        need("tessera-fsck");
        assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(SHELL))))
                .isEmpty();
        String token = node.demoTarget().token().apply(SHELL);
        need("curl");
        for (int i = 0; i < 300; i++) {
            run(
                    "curl",
                    "-sf",
                    "-H",
                    "Content-Type: application/json",
                    "-d",
                    "{\"count\": " + i + "}",
                    node.page() + "api/v1/" + token + "/telemetry");
        }
        while (log.checkpoint().orElseThrow().size() < 300) {
            Thread.sleep(20);
        }
        byte[] key = node.core().keys().of(KeyRole.LOG).key().point();
        Path keyFile = folder.resolve("log.pub");
        Files.writeString(keyFile, new NoteKey(log.origin(), key).text());
        String url = node.page() + "log/" + log.origin() + "/";
        assertThat(run("tessera-fsck", "--storage_url=" + url, "--public_key=" + keyFile, "--ui=false"))
                .contains("Successfully fsck'd log with size 300");
    }

    private String port() {
        return Integer.toString(node.mqttPort());
    }
}
