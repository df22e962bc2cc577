package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.KeyText;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The keys of a member's devices are revoked and added over HTTP and by command, and the way in heeds it.
class DeviceKeysTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Node node;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    private static LedgerId ledger() {
        return node.core().registrar().ledger();
    }

    private static DeviceId device(String name) {
        return DeviceId.of("acme:" + name);
    }

    private static SigningKey registered(String name) {
        var key = SigningKey.generate(Algorithm.ED25519);
        var register = new RegisterDevice(device(name), KeyRole.DEVICE, key.key(), possession(name, key));
        assertThat(node.core().registrar().ask(List.of(register))).isEmpty();
        return key;
    }

    private static byte[] possession(String name, SigningKey key) {
        return Possession.sign("acme:" + name, ledger(), key);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode post(String path, String json) throws Exception {
        return post(path, "application/json", HttpRequest.BodyPublishers.ofString(json));
    }

    private static JsonNode post(String path, String type, HttpRequest.BodyPublisher body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                .header("Content-Type", type)
                .POST(body)
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static JsonNode add(String device, String key, byte[] possession) throws Exception {
        return post(
                "/api/devices/" + device + "/keys",
                "{\"key\": \"" + key + "\", \"possession\": \"" + base64(possession) + "\"}");
    }

    private static JsonNode revoke(String device, String key, String reason) throws Exception {
        return post("/api/devices/" + device + "/keys/" + key + "/revoke", "{\"reason\": \"" + reason + "\"}");
    }

    /// What a node says to a frame over HTTP: empty when it is accepted, else the code.
    private static String send(String name, SigningKey key, long n) throws Exception {
        byte[] frame = FrameSigner.of(ledger(), key)
                .sign(n, SenMlEncoder.encode(List.of(Measurement.of("t", "Cel", 4.5, System.currentTimeMillis()))));
        var request = HttpRequest.newBuilder(URI.create(node.page()).resolve("/v1/frames"))
                .header("Content-Type", "application/cose")
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame));
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(name).isNotEmpty();
        return response.statusCode() == 200 ? "" : response.body();
    }

    private record Said(int code, String text) {}

    private static Said run(String... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = folder.resolve("node").toString();
        return new Said(line.execute(all), out.toString());
    }

    private static List<String> inForce(String name) {
        var record = node.core().ledger().device(device(name));
        return record == null
                ? List.of()
                : record.keys().stream().map(Object::toString).toList();
    }

    @Test
    void a_revoked_key_signs_nothing_more_and_what_it_signed_is_proven_still() throws Exception {
        SigningKey old = registered("box");
        assertThat(send("box", old, 1)).isEmpty();
        SigningKey next = SigningKey.generate(Algorithm.ES256);
        JsonNode added = add("acme:box", KeyText.did(next.key()), possession("box", next));
        assertThat(added.path("keys")).hasSize(2);
        assertThat(send("box", old, 2)).isEmpty();
        assertThat(send("box", next, 1)).isEmpty();

        JsonNode left = revoke("acme:box", old.key().thumbprint().hex(), "stolen");
        assertThat(left.path("keys")).hasSize(1);
        assertThat(left.path("keys").get(0).asText())
                .isEqualTo(next.key().thumbprint().hex());
        assertThat(send("box", old, 3)).contains("key.");
        assertThat(send("box", next, 2)).isEmpty();
        var history = node.core().ledger().history("device/acme:box", 10);
        assertThat(history.getFirst().inWords()).contains("was revoked (stolen)");

        URI proof = URI.create(node.page()).resolve("/api/proofs/acme:box/1");
        HttpResponse<byte[]> file;
        do {
            file = client.send(HttpRequest.newBuilder(proof).build(), HttpResponse.BodyHandlers.ofByteArray());
        } while (file.statusCode() == 409);
        var report = ProofVerifier.verify(
                file.body(),
                node.core().trust().trust(System.currentTimeMillis()).write());
        assertThat(report.exitCode()).as(report.toString()).isZero();
        assertThat(revoke("acme:box", old.key().thumbprint().hex(), "lost")
                        .path("code")
                        .asText())
                .isEqualTo("key.unknown");
    }

    @Test
    void only_what_the_ledger_allows() throws Exception {
        SigningKey key = registered("gauge");
        SigningKey other = SigningKey.generate(Algorithm.ED25519);
        String hex = java.util.HexFormat.of().formatHex(other.key().point());
        assertThat(add("acme:gauge", hex, possession("other", other))
                        .path("code")
                        .asText())
                .as("the proof is for another device")
                .isEqualTo("key.possession");
        assertThat(add("acme:gauge", base64(key.key().coseKey()), possession("gauge", key))
                        .path("code")
                        .asText())
                .isEqualTo("key.exists");
        assertThat(add("acme:gauge", "nonsense", possession("gauge", key))
                        .path("code")
                        .asText())
                .isEqualTo("key.weak");
        assertThat(add("acme:nobody", hex, possession("nobody", other))
                        .path("code")
                        .asText())
                .isEqualTo("device.unknown");
        assertThat(add("bolt:box", hex, possession("box", other)).path("code").asText())
                .isEqualTo("device.foreign");
        String thumbprint = key.key().thumbprint().hex();
        assertThat(revoke("bolt:box", thumbprint, "lost").path("code").asText()).isEqualTo("device.foreign");
        assertThat(revoke("acme:gauge", thumbprint, "bored").path("code").asText())
                .isEqualTo("request.malformed");
        for (String without : List.of("{}", "{\"reason\": null}"))
            assertThat(post("/api/devices/acme:gauge/keys/" + thumbprint + "/revoke", without)
                            .path("code")
                            .asText())
                    .isEqualTo("request.malformed");
        assertThat(revoke("acme:gauge", "abc", "lost").path("code").asText()).isEqualTo("request.malformed");
        assertThat(revoke("acme:gauge", other.key().thumbprint().hex(), "lost")
                        .path("code")
                        .asText())
                .isEqualTo("key.unknown");
        assertThat(post("/api/devices/acme:gauge/keys", "{}").path("code").asText())
                .isEqualTo("key.possession");
        assertThat(inForce("gauge")).containsExactly(thumbprint);
    }

    private static JsonNode tokens(String method, String device, String token) throws Exception {
        String path = "/api/devices/" + device + "/tokens" + (token.isEmpty() ? "" : "/" + token);
        var request = HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Test
    void a_token_is_replaced_and_the_old_one_lets_nothing_in() throws Exception {
        String first =
                post("/api/devices", "{\"name\": \"shed\"}").path("token").asText();
        JsonNode known = tokens("GET", "acme:shed", "").path("tokens");
        assertThat(known).hasSize(1);
        assertThat(known.toString()).doesNotContain(first);
        String second = tokens("POST", "acme:shed", "").path("token").asText();
        assertThat(second).hasSize(24).isNotEqualTo(first);
        for (String token : List.of(first, second))
            assertThat(post("/api/v1/" + token + "/telemetry", "{\"t\": 1}").has("n"))
                    .isTrue();

        String old = known.get(0).path("id").asText();
        assertThat(tokens("DELETE", "acme:shed", old).path("tokens")).hasSize(1);
        assertThat(post("/api/v1/" + first + "/telemetry", "{\"t\": 2}")
                        .path("code")
                        .asText())
                .isEqualTo("token.invalid");
        assertThat(post("/api/v1/" + second + "/telemetry", "{\"t\": 3}").has("n"))
                .isTrue();
        assertThat(tokens("DELETE", "acme:shed", old).path("code").asText()).isEqualTo("request.not-found");
        assertThat(tokens("DELETE", "acme:shed", "zz").path("code").asText()).isEqualTo("request.malformed");
    }

    @Test
    void a_token_is_for_devices_of_this_member_that_never_signed() throws Exception {
        SigningKey key = registered("signer");
        assertThat(tokens("POST", "acme:signer", "").path("code").asText()).isEqualTo("action.not-allowed");
        revoke("acme:signer", key.key().thumbprint().hex(), "lost");
        assertThat(tokens("POST", "acme:signer", "").path("code").asText())
                .as("who took the key cannot come back with a token")
                .isEqualTo("action.not-allowed");
        assertThat(tokens("GET", "acme:nobody", "").path("code").asText()).isEqualTo("device.unknown");
        assertThat(tokens("POST", "bolt:box", "").path("code").asText()).isEqualTo("device.foreign");

        String one = post("/api/devices", "{\"name\": \"one\"}").path("token").asText();
        post("/api/devices", "{\"name\": \"two\"}");
        String ofOne =
                tokens("GET", "acme:one", "").path("tokens").get(0).path("id").asText();
        assertThat(tokens("DELETE", "acme:two", ofOne).path("code").asText())
                .as("a token is revoked at its own device only")
                .isEqualTo("request.not-found");
        assertThat(post("/api/v1/" + one + "/telemetry", "{\"t\": 1}").has("n")).isTrue();
    }

    @Test
    void by_command() throws Exception {
        SigningKey key = registered("meter");
        Path file = folder.resolve("meter.pem");
        assertThat(run("device", "add-key", "meter", "--key", file.toString()).text)
                .contains("Device acme:meter has one more key");
        assertThat(inForce("meter")).hasSize(2);
        assertThat(send("meter", SigningKey.load(file), 1)).isEmpty();
        assertThat(run("device", "add-key", "meter", "--key", file.toString()).text)
                .contains("never overwritten");
        String thumbprint = key.key().thumbprint().hex();
        assertThat(run("device", "revoke", "meter", "--reason", "lost").text)
                .contains("several keys in force", thumbprint);
        assertThat(run("device", "revoke", "meter", thumbprint.substring(0, 4), "--reason", "lost").text)
                .contains("names no one key");
        assertThat(run("device", "revoke", "meter", thumbprint.substring(0, 12), "--reason", "lost"))
                .isEqualTo(new Said(
                        0,
                        "The key " + thumbprint.substring(0, 16) + " of acme:meter is revoked (lost). What it signed"
                                + " before stays proven.\nKeys of it still in force: 1\n"));
        assertThat(run("device", "revoke", "acme:meter", "--reason", "retired").text)
                .contains("no key in force any more", "device add-key acme:meter");
        assertThat(inForce("meter")).isEmpty();
        SigningKey own = SigningKey.generate(Algorithm.ED25519);
        assertThat(run(
                                "device",
                                "add-key",
                                "meter",
                                "--public",
                                KeyText.did(own.key()),
                                "--possession",
                                base64(possession("meter", own)))
                        .code)
                .isZero();
        assertThat(inForce("meter")).containsExactly(own.key().thumbprint().hex());
        assertThat(run("device", "add-key", "meter").text).contains("either --key FILE, or --public KEY");
    }
}
