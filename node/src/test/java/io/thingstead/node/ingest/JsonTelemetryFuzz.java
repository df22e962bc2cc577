package io.thingstead.node.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a device sends as telemetry, it is a frame's payload that every reader takes, or refused with a code.
class JsonTelemetryFuzz {
    private static final List<String> EXAMPLES = List.of(
            "{\"temperature\": 21.5, \"open\": true, \"name\": \"box\", \"none\": null}",
            "[{\"a\": 1}, {\"a\": 2, \"b\": {\"c\": [1, 2, {\"d\": null}]}}]",
            "{\"ts\": 1700000000000, \"values\": {\"t\": -0.0, \"u\": 1e-300, \"v\": 123456789012345678901234567890}}",
            "[{\"ts\": 1700000000000, \"values\": {\"\\u0000\\ud800\": \"\\ud800\", \"ä ö\": \"\\u0007\"}}]");
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "\\ud83d",
        "null",
        "true",
        "1e999",
        "-1e-999",
        "NaN",
        "0",
        "\"ts\"",
        "\"values\"",
        "1700000000000",
        "-1",
        "9007199254740993",
        "\"\"",
        " ",
        "\u0000",
        "\ufeff",
        "[[[[[[[[",
        "{\"a\":{\"a\":{\"a\":"
    };

    private final Random random = Seeded.random(JsonTelemetryFuzz.class);
    private int accepted;
    private int refused;

    private void read(byte[] json) {
        long now = System.currentTimeMillis();
        switch (JsonTelemetry.decode(json, now)) {
            case Result.Ok<List<Measurement>>(var measurements) -> {
                accepted++;
                var readings = SenMl.decode(SenMlEncoder.encode(measurements), now);
                assertThat(readings.isOk())
                        .as("%s became %s", new String(json, StandardCharsets.UTF_8), readings)
                        .isTrue();
            }
            case Result.No<List<Measurement>>(var why) -> {
                refused++;
                assertThat(why.code())
                        .isIn(Refusal.TELEMETRY_MALFORMED, Refusal.TELEMETRY_TOO_LARGE, Refusal.FRAME_TIME);
            }
        }
    }

    @Test
    void mutated_and_random_telemetry_is_read_or_refused() {
        for (int i = 0; i < 40_000; i++) {
            StringBuilder json = new StringBuilder(EXAMPLES.get(random.nextInt(EXAMPLES.size())));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(json.length() + 1);
                switch (random.nextInt(3)) {
                    case 0 -> json.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    case 1 -> json.delete(at, Math.min(json.length(), at + 1 + random.nextInt(5)));
                    default -> json.insert(at, (char) random.nextInt(0x110));
                }
            }
            read(json.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 20_000; i++) {
            StringBuilder json = new StringBuilder();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--)
                json.append(PIECES[random.nextInt(PIECES.length)]);
            read(json.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 20_000; i++) read(Seeded.bytes(random, random.nextInt(60)));
        System.out.println("JsonTelemetryFuzz: " + accepted + " read, " + refused + " refused");
        assertThat(accepted).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void bombs_are_refused() {
        StringBuilder keys = new StringBuilder("{");
        for (int i = 0; i < 5_000; i++) keys.append("\"k").append(i).append("\":1,");
        keys.append("\"z\":1}");
        for (String bomb : List.of(
                "{\"a\":".repeat(30_000),
                "[".repeat(60_000),
                "{\"a\":" + "9".repeat(60_000) + "}",
                "{\"" + "k".repeat(60_000) + "\":1}",
                "{\"a\":1e" + "9".repeat(1_000) + "}",
                keys.toString(),
                "[" + "{\"a\":1},".repeat(6_000) + "{\"a\":1}]")) {
            read(bomb.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(accepted).as("of the bombs").isZero();
    }
}
