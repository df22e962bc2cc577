package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is encoded is decoded to the same readings, in the shortest form of the rules.
final class SenMlEncoderProperties {
    private static final long RECEIVED = 1_790_000_500_000L;

    @Test
    void what_is_encoded_is_decoded_to_the_same_readings() {
        Random random = Seeded.random(SenMlEncoderProperties.class);
        for (int i = 0; i < 5_000; i++) {
            List<Measurement> measurements = random(random);
            List<Reading> readings =
                    SenMl.decode(SenMlEncoder.encode(measurements), RECEIVED).orThrow();
            assertThat(readings)
                    .isEqualTo(measurements.stream()
                            .map(m -> new Reading(
                                    m.name(),
                                    m.unit(),
                                    m.value(),
                                    m.timeMs() == null ? RECEIVED : m.timeMs(),
                                    m.timeMs() == null))
                            .toList());
        }
    }

    @Test
    void one_reading_is_one_record() {
        assertThat(encoded(Measurement.of("a", "V", 21.5, 1_790_000_000_000L)))
                .isEqualTo("81a4006161016156" + "02f94d60" + "061a6ab13b80");
    }

    @Test
    void a_burst_says_once_what_its_readings_share() {
        assertThat(encoded(
                        Measurement.of("a", "V", 1, 1_790_000_000_000L),
                        Measurement.of("a", "V", 2, 1_790_000_001_000L)))
                .isEqualTo("82" + "a40201216161221a6ab13b80236156" + "a202020601");
        assertThat(encoded(
                        Measurement.of("a", "V", 1, 1_790_000_000_000L),
                        Measurement.of("b", "A", 2, 1_790_000_000_000L)))
                .isEqualTo("82" + "a40061610161560201221a6ab13b80" + "a3006162016141" + "0202");
        assertThat(encoded(
                        new Measurement("a", null, new Value.Flag(true), 1_790_000_000_000L),
                        new Measurement("b", null, new Value.Data(new byte[] {9}), null)))
                .isEqualTo("82" + "a300616104f5061a6ab13b80" + "a2006162084109");
    }

    @Test
    void what_senml_cannot_carry_is_not_encoded() {
        Value one = new Value.Number(1);
        assertThatThrownBy(() -> new Measurement("", null, one, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement("a b", null, one, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement("a", null, new Value.Number(Double.NaN), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement("a", null, new Value.Text("ä".repeat(4_097)), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement("a", "x".repeat(8_193), one, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement("a", null, one, 1_000L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SenMlEncoder.encode(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static String encoded(Measurement... measurements) {
        return HexFormat.of().formatHex(SenMlEncoder.encode(List.of(measurements)));
    }

    static List<Measurement> random(Random random) {
        boolean sameName = random.nextBoolean();
        boolean sameUnit = random.nextBoolean();
        boolean timed = random.nextInt(4) > 0;
        long start = random.nextLong(1_000_000_000_000L, 2_000_000_000_000L);
        long step = random.nextBoolean() ? 1_000 : random.nextInt(100_000);
        return new ArrayList<>(IntStream.range(0, 1 + random.nextInt(70))
                .mapToObj(i -> new Measurement(
                        sameName ? "temperature" : "x" + random.nextInt(3),
                        sameUnit ? "Cel" : unit(random),
                        value(random),
                        timed || random.nextBoolean() ? (Long) (start + i * step) : null))
                .toList());
    }

    private static @Nullable String unit(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> "%RH";
            default -> "V";
        };
    }

    private static Value value(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new Value.Text("text äöü " + random.nextInt());
            case 1 -> new Value.Flag(random.nextBoolean());
            case 2 -> new Value.Data(Seeded.bytes(random, random.nextInt(40)));
            case 3 -> new Value.Number(random.nextInt(-1000, 1000));
            case 4 -> new Value.Number(random.nextGaussian());
            default -> new Value.Number((1 + random.nextInt(100_000)) / 100.0);
        };
    }
}
