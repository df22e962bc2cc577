package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.Vectors;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The examples of RFC 8428: JSON packs, put into CBOR label by label, resolve as printed.
final class SenMlVectorsTest {
    private static final long RECEIVED = 1_498_780_179_000L;
    private static final Map<String, Integer> LABELS = Map.ofEntries(
            Map.entry("bver", -1),
            Map.entry("bn", -2),
            Map.entry("bt", -3),
            Map.entry("bu", -4),
            Map.entry("bv", -5),
            Map.entry("bs", -6),
            Map.entry("n", 0),
            Map.entry("u", 1),
            Map.entry("v", 2),
            Map.entry("vs", 3),
            Map.entry("vb", 4),
            Map.entry("s", 5),
            Map.entry("t", 6),
            Map.entry("ut", 7),
            Map.entry("vd", 8));

    @Test
    void every_pack_is_read_and_resolves_as_printed() {
        Path folder = Vectors.folder("senml-rfc8428");
        List<String> resolvedAlike = new ArrayList<>();
        List<String> readOnly = new ArrayList<>();
        for (Path file : Vectors.files(folder, ".json")) {
            String name = file.getFileName().toString();
            if (name.endsWith(".gen.resolved.json")) {
                continue;
            }
            JsonNode pack = Vectors.json(file);
            List<Reading> readings = SenMl.decode(inCbor(pack), RECEIVED).orThrow();
            Path resolved = folder.resolve(name.replace(".json", ".gen.resolved.json"));
            if (Files.exists(resolved)) {
                assertAlike(readings, Vectors.json(resolved), name);
                resolvedAlike.add(name);
            } else {
                assertThat(readings).as(name).hasSameSizeAs(pack);
                readOnly.add(name);
            }
            assertThat(SenMl.decode(encodedAgain(readings), RECEIVED).orThrow()).isEqualTo(readings);
        }
        assertThat(resolvedAlike).isNotEmpty();
        Vectors.report("senml-rfc8428: resolved as printed and encoded again " + resolvedAlike
                + "; read and encoded again, nothing printed to compare with " + readOnly);
    }

    @Test
    void the_pack_in_cbor_gives_the_same_readings_as_in_json() throws IOException {
        Path folder = Vectors.folder("senml-rfc8428");
        int count = 0;
        for (Path file : Vectors.files(folder, ".gen.cbor")) {
            String example = file.getFileName().toString().replace(".gen.cbor", "");
            byte[] cbor = Files.readAllBytes(file);
            assertThat(cbor).isEqualTo(fromHexDump(folder.resolve(example + ".gen.cbor.hex")));
            List<Reading> readings = SenMl.decode(cbor, RECEIVED).orThrow();
            assertAlike(readings, Vectors.json(folder.resolve(example + ".gen.resolved.json")), example);
            assertThat(readings)
                    .isEqualTo(SenMl.decode(inCbor(Vectors.json(folder.resolve(example + ".json"))), RECEIVED)
                            .orThrow());
            count++;
        }
        assertThat(count).isPositive();
        Vectors.report("senml-rfc8428: " + count
                + " pack in CBOR (and its hex dump) reads as its JSON; *.cbor.diag left out: the same in words");
    }

    private static void assertAlike(List<Reading> readings, JsonNode printed, String name) {
        assertThat(readings).as(name).hasSameSizeAs(printed);
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            JsonNode record = printed.get(i);
            assertThat(reading.name()).isEqualTo(record.get("n").asText());
            assertThat(reading.unit()).isEqualTo(record.get("u").asText());
            assertThat(reading.value())
                    .isEqualTo(new Value.Number(record.get("v").asDouble()));
            // The packs without an absolute time were resolved at the moment that RECEIVED is.
            assertThat((double) reading.timeMs()).isCloseTo(record.get("t").asDouble() * 1000, within(1e-3));
        }
    }

    private static byte[] inCbor(JsonNode pack) {
        CborWriter out = new CborWriter().array(pack.size());
        for (JsonNode record : pack) {
            out.map(record.size());
            record.properties().forEach(field -> {
                out.integer(LABELS.get(field.getKey()));
                JsonNode value = field.getValue();
                if (field.getKey().equals("vd")) {
                    out.bytes(Base64.getUrlDecoder().decode(value.asText()));
                } else if (value.isTextual()) {
                    out.text(value.asText());
                } else if (value.isBoolean()) {
                    out.bool(value.asBoolean());
                } else if (value.isIntegralNumber()) {
                    out.integer(value.asLong());
                } else {
                    out.real(value.asDouble());
                }
            });
        }
        return out.toBytes();
    }

    private static byte[] encodedAgain(List<Reading> readings) {
        return SenMlEncoder.encode(readings.stream()
                .map(r -> new SenMlEncoder.Measurement(
                        r.name(), r.unit(), r.value(), r.relativeTime() ? null : (Long) r.timeMs()))
                .toList());
    }

    private static byte[] fromHexDump(Path file) throws IOException {
        StringBuilder hex = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.length() > 4) {
                hex.append(line, 5, line.indexOf('|') < 0 ? line.length() : line.indexOf('|'));
            }
        }
        return HexFormat.of().parseHex(hex.toString().replace(" ", ""));
    }
}
