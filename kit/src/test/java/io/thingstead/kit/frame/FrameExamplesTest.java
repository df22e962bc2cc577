package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SignatureProvider;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// `docs/examples/frames.json`: worked examples for other kits and for strangers, made anew and compared to the byte.
/// After a wanted change, `-Dexamples.write=true` writes the file.
final class FrameExamplesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final LedgerId LEDGER = new LedgerId(filled(0x11));
    private static final long T = 1_790_000_000_000L;

    @Test
    void the_examples_are_what_the_kit_makes() throws IOException {
        Path file = Path.of(System.getProperty("project.root", ".."), "docs", "examples", "frames.json");
        String made = made();
        if (Boolean.getBoolean("examples.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
        }
        assertThat(Files.readString(file)).isEqualTo(made);
    }

    @Test
    void every_example_frame_is_read_back_and_verifies_with_each_provider() throws IOException {
        for (var example : JSON.readTree(made()).get("frames")) {
            Frame frame =
                    Frame.decode(HEX.parseHex(example.get("frame").asText())).orThrow();
            Algorithm algorithm = Algorithm.of(example.get("alg").asInt()).orElseThrow();
            for (SignatureProvider provider : SignatureProvider.available()) {
                var key = SigningKey.fromSecret(
                                algorithm, HEX.parseHex(example.get("secret").asText()), provider)
                        .key();
                byte[] identity = Objects.requireNonNull(frame.identityIfSignedBy(LEDGER, key));
                assertThat(HEX.formatHex(identity))
                        .isEqualTo(example.get("identity").asText());
            }
            assertThat(SenMl.decode(frame.payload(), T).orThrow()).hasSameSizeAs(example.get("readings"));
        }
    }

    private static String made() throws JsonProcessingException {
        ObjectNode all = JSON.createObjectNode();
        all.put(
                "about",
                "Worked examples of docs/formats.md, sections 1 to 4. Byte strings are hex. ES256 signatures are"
                        + " deterministic here (RFC 6979); any other valid one will do.");
        all.put("ledgerId", LEDGER.hex());
        ArrayNode frames = all.putArray("frames");
        SigningKey device = key(Algorithm.ED25519, 0x01);
        SigningKey p256 = key(Algorithm.ES256, 0x02);
        FrameSigner plain = FrameSigner.of(LEDGER, device);
        frames.add(frame("one reading", plain, device, null, 1, null, List.of(number("temp", "Cel", 21.5, T))));
        frames.add(frame(
                "one reading, ES256, milliseconds, two decimals",
                FrameSigner.of(LEDGER, p256),
                p256,
                null,
                24,
                null,
                List.of(number("temp", "Cel", 23.17, T + 123))));
        frames.add(frame(
                "without kid, time or unit, after skipped numbers",
                plain.withoutKid(),
                device,
                null,
                1000,
                900L,
                List.of(new Measurement("open", null, new Value.Flag(true), null))));
        frames.add(frame(
                "a gateway's frame for a device",
                plain.onBehalfOf(DeviceId.of("demo:meter-7")),
                device,
                "demo:meter-7",
                (1L << 53) - 1,
                0L,
                List.of(number("energy", "kWh", 1048576, T), number("power", "W", -0.1, T))));
        frames.add(frame("a burst of one series", plain, device, null, 256, null, burst()));
        frames.add(frame("a burst of mixed values", plain, device, null, 65_536, null, mixed()));
        frames.add(summary(plain, device, new Summary("temp", "Cel", 2.1, 7.9, T, T + 59_500, 61, 180)));
        all.set("values", values());
        all.set("times", times());
        SigningKey[] both = {device, p256};
        ArrayNode messages = all.putArray("messages");
        for (SigningKey key : both) {
            DeviceId box = DeviceId.of("demo:box-1");
            messages.add(message("possession", "demo:box-1", key, Possession.sign("demo:box-1", LEDGER, key)));
            messages.add(message("connect", "demo:box-1, time " + T, key, Connect.sign(box, T, LEDGER, key)));
            messages.add(message(
                    "connect",
                    "demo:box-1, challenge 16 times 33",
                    key,
                    Connect.sign(box, Arrays.copyOf(filled(0x33), 16), LEDGER, key)));
        }
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return JSON.writer(printer).writeValueAsString(all) + "\n";
    }

    private static List<Measurement> burst() {
        return IntStream.range(0, 8)
                .mapToObj(i -> number("shock", "m/s2", i * 0.37, T + 500 + i * 250L))
                .toList();
    }

    private static List<Measurement> mixed() {
        return List.of(
                number("lat", "lat", 52.52000659, T),
                number("lon", "lon", 13.404954, T),
                new Measurement("door", null, new Value.Text("geöffnet"), T + 1),
                new Measurement("raw", null, new Value.Data(new byte[] {0, 1, 2}), null));
    }

    private static ArrayNode values() {
        ArrayNode values = JSON.createArrayNode();
        for (double value : new double[] {
            0,
            23,
            -18,
            9007199254740991.0,
            9007199254740992.0,
            21.5,
            21.09375,
            23.1,
            0.1,
            -0.25,
            52.520008,
            52.5200066,
            101325.25,
            1e-7,
            65504.5,
            3.5e38,
            1e300,
            0.1 + 0.2,
            5e-324
        }) {
            CborWriter out = new CborWriter();
            ShortFloat.write(out, value);
            values.addObject().put("value", value).put("cbor", HEX.formatHex(out.toBytes()));
        }
        return values;
    }

    private static ArrayNode times() {
        ArrayNode times = JSON.createArrayNode();
        for (long millis : new long[] {0, 1000, -2000, 500, 100, -100, 999, 1100, 59_900, 86_400_001, T, T + 123}) {
            CborWriter out = new CborWriter();
            ShortFloat.writeSeconds(out, millis);
            times.addObject().put("millis", millis).put("cbor", HEX.formatHex(out.toBytes()));
        }
        return times;
    }

    private static ObjectNode frame(
            String about,
            FrameSigner signer,
            SigningKey key,
            @Nullable String device,
            long n,
            @Nullable Long previous,
            List<Measurement> measurements) {
        byte[] payload = SenMlEncoder.encode(measurements);
        Frame frame = Frame.decode(signer.sign(n, Optional.ofNullable(previous), payload))
                .orThrow();
        ObjectNode node = JSON.createObjectNode().put("about", about);
        putKey(node, key);
        node.put("withKid", frame.kid() != null);
        node.put("d", device);
        node.put("n", n);
        node.put("p", previous);
        ArrayNode readings = node.putArray("readings");
        measurements.forEach(m -> readings.add(reading(m)));
        node.put("payload", HEX.formatHex(payload));
        node.put("protected", HEX.formatHex(frame.cose().protectedHeader()));
        node.put(
                "sigStructure",
                HEX.formatHex(frame.sigStructure(LEDGER, key.key().thumbprint())));
        node.put("identity", HEX.formatHex(frame.identity(LEDGER, key.key().thumbprint())));
        node.put("frame", HEX.formatHex(frame.bytes()));
        return node;
    }

    private static ObjectNode summary(FrameSigner signer, SigningKey key, Summary summary) {
        ObjectNode node = frame("a summary", signer, key, null, 65_537, null, summary.measurements());
        node.putObject("summary")
                .put("name", summary.name())
                .put("unit", summary.unit())
                .put("min", summary.min())
                .put("max", summary.max())
                .put("fromMs", summary.fromMs())
                .put("toMs", summary.toMs())
                .put("first", summary.first())
                .put("last", summary.last());
        return node;
    }

    private static ObjectNode reading(Measurement m) {
        ObjectNode node = JSON.createObjectNode().put("name", m.name()).put("unit", m.unit());
        switch (m.value()) {
            case Value.Number(double number) -> node.put("v", number);
            case Value.Text(String text) -> node.put("vs", text);
            case Value.Flag(boolean flag) -> node.put("vb", flag);
            case Value.Data(byte[] data) -> node.put("vd", HEX.formatHex(data));
        }
        return node.put("timeMs", m.timeMs());
    }

    private static ObjectNode message(String kind, String about, SigningKey key, byte[] message) {
        ObjectNode node = JSON.createObjectNode().put("kind", kind).put("about", about);
        putKey(node, key);
        return node.put("message", HEX.formatHex(message));
    }

    private static void putKey(ObjectNode node, SigningKey key) {
        boolean ed = key.key().algorithm() == Algorithm.ED25519;
        node.put("alg", key.key().algorithm().cose());
        node.put("secret", HEX.formatHex(filled(ed ? 0x01 : 0x02)));
        node.put("coseKey", HEX.formatHex(key.key().coseKey()));
        node.put("thumbprint", key.key().thumbprint().hex());
    }

    private static Measurement number(String name, String unit, double value, long timeMs) {
        return Measurement.of(name, unit, value, timeMs);
    }

    private static SigningKey key(Algorithm algorithm, int fill) {
        // BouncyCastle's ES256 signatures are deterministic.
        return SigningKey.fromSecret(algorithm, filled(fill), SignatureProvider.bouncyCastle());
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
