package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of `docs/formats.md` §4 for payloads, one by one.
final class SenMlTest {
    private static final long RECEIVED = 1_790_000_000_000L;

    /// `{0: "a", 2: 1}` is `a2 00 61 61 02 01`.
    @Test
    void a_reading_without_time_is_of_the_time_of_receipt() {
        assertThat(decode("81a20061610201").getFirst())
                .isEqualTo(new Reading("a", null, new Value.Number(1), RECEIVED, true));
    }

    @ParameterizedTest
    @CsvSource({
        "'81 a2 00 61 61 02 f5', a boolean is no number",
        "'81 a2 00 61 61 04 01', a number is no boolean",
        "'81 a3 00 61 61 02 01 04 f5', two values",
        "'81 a1 00 61 61', no value",
        "'81 a2 00 61 61 06 01', no value but a time",
        "'81 a0', a pack without a reading",
        "'81 a1 21 61 61', base values alone",
        "'80', an empty pack",
        "'a2 00 61 61 02 01', no pack",
        "'81 a3 00 61 61 02 01 02 02', a label twice",
        "'81 a3 00 61 61 02 01 18 02 02', the same label with a longer head",
        "'81 a4 00 61 61 02 01 09 01 09 01', an ignored label twice",
        "'81 a4 00 61 61 02 01 61 78 01 61 78 01', an ignored text label twice",
        "'81 a3 00 61 61 02 01 62 78 5f 01', a label that must be understood",
        "'81 a3 00 61 61 02 01 20 0b', a higher version",
        "'81 a3 00 61 61 02 01 20 00', version 0",
        "'81 a3 00 61 61 02 01 20 f9 49 00', a version that is no integer",
        "'81 a2 00 61 61 02 f9 7e 00', not a number",
        "'81 a2 00 61 61 02 f9 7c 00', infinite",
        "'81 a2 00 61 61 02 1b ff ff ff ff ff ff ff ff', over 64 bits signed",
        "'81 a2 00 61 61 02 c2 41 01', a tag",
        "'81 a2 00 61 61 03 7f 61 61 ff', an indefinite string",
        "'81 a2 00 61 61 03 61 ff', not UTF-8",
        "'81 a2 00 60 02 01', no name",
        "'81 a1 02 01', no name at all",
        "'81 a2 00 61 2d 02 01', a name that starts with a hyphen",
        "'81 a2 00 62 61 20 02 01', a name with a space",
        "'81 a2 00 62 c3 a4 02 01', a name with a letter beyond ASCII",
        "'81 a3 00 61 61 02 01 06 1b 00 00 01 00 00 00 00 00', a time of 2^40",
        "'81 a3 00 61 61 02 01 06 3b 00 00 01 00 00 00 00 00', a time of -2^40 - 1",
        "'81 a3 00 61 61 02 01 09 81 81 01', an item on level 5",
        "'81 a3 00 61 61 02 01 09 f7', undefined",
        "'81 a2 00 61 61 02 01 00', a byte after the end",
        "'82 a2 00 61 61 02 01', a record is missing",
        "'9f a2 00 61 61 02 01', the break is missing",
        "'81 bf 00 61 61 02 ff', a value is missing",
        "'81 a3 24 fb 7f ef ff ff ff ff ff ff 00 61 61 02 fb 7f ef ff ff ff ff ff ff', a sum that overflows",
    })
    void it_refuses(String hex, String what) {
        Result<List<Reading>> result = SenMl.decode(bytes(hex), RECEIVED);
        assertThat(result).as(what).isInstanceOf(Result.No.class);
        if (result instanceof Result.No<List<Reading>>(var refused)) {
            assertThat(refused.code()).isEqualTo(Refusal.FRAME_PAYLOAD);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "81 a2 00 61 61 02 01",
                "98 01 b8 02 18 00 78 01 61 19 00 02 1a 00 00 00 01",
                "9f bf 00 61 61 02 fb 3f f0 00 00 00 00 00 00 ff ff",
                "81 a2 02 f9 3c 00 00 61 61",
                "81 a3 00 61 61 02 01 20 0a",
                "81 a3 00 61 61 02 01 20 05",
                "81 a3 00 61 61 02 01 07 18 3c",
                "81 a3 00 61 61 02 01 09 81 a0",
                "81 a4 00 61 61 02 01 18 64 82 01 f9 7e 00 63 61 62 63 a2 01 02 01 02",
            })
    void it_takes_any_head_and_float_width_and_ignores_what_it_does_not_know(String hex) {
        assertThat(decode(hex)).containsExactly(new Reading("a", null, new Value.Number(1), RECEIVED, true));
    }

    @Test
    void base_values_hold_on_and_are_added() {
        // [{bn: "x", bt: 2^28, bu: "V", bv: 10, n: "a", v: 1, t: 1}, {n: "b"}, {bv: 0, bn: "", u: "A", n: "c", v: 2}]
        List<Reading> readings = decode("83"
                + "a7 21 61 78 22 1a 10 00 00 00 23 61 56 24 0a 00 61 61 02 01 06 01"
                + "a1 00 61 62"
                + "a5 21 60 24 00 01 61 41 00 61 63 02 02");
        assertThat(readings)
                .containsExactly(
                        new Reading("xa", "V", new Value.Number(11), (1 << 28) * 1000L + 1000, false),
                        new Reading("xb", "V", new Value.Number(10), (1 << 28) * 1000L, false),
                        new Reading("c", "A", new Value.Number(2), (1 << 28) * 1000L, false));
    }

    @Test
    void a_record_of_base_values_alone_is_no_reading() {
        assertThat(decode("82 a2 21 61 78 63 61 6e 79 01 a2 00 61 61 02 01"))
                .containsExactly(new Reading("xa", null, new Value.Number(1), RECEIVED, true));
    }

    @Test
    void a_sum_without_a_value_is_a_reading_of_its_own_name() {
        // {bs: 5, n: "e", s: 2}, then {n: "e", s: 3, v: 4}
        assertThat(decode("82 a3 25 05 00 61 65 05 02 a3 00 61 65 05 03 02 04"))
                .containsExactly(
                        new Reading("e#sum", null, new Value.Number(7), RECEIVED, true),
                        new Reading("e", null, new Value.Number(4), RECEIVED, true));
    }

    @Test
    void texts_flags_and_data_are_values_too() {
        List<Reading> readings = decode("83 a2 00 61 61 03 63 c3 a4 62 a2 00 61 61 04 f5 a2 00 61 61 08 42 01 02");
        assertThat(readings.get(0).value()).isEqualTo(new Value.Text("äb"));
        assertThat(readings.get(1).value()).isEqualTo(new Value.Flag(true));
        assertThat(readings.get(2).value()).isInstanceOf(Value.Data.class);
        assertThat(((Value.Data) readings.get(2).value()).value()).containsExactly(1, 2);
    }

    @Test
    void times_below_2_to_the_28_count_from_the_receipt() {
        assertThat(decode("81 a3 00 61 61 02 01 06 24").getFirst())
                .isEqualTo(new Reading("a", null, new Value.Number(1), RECEIVED - 5_000, true));
        assertThat(decode("81 a3 00 61 61 02 01 06 1a 10 00 00 00").getFirst().timeMs())
                .isEqualTo((1 << 28) * 1000L);
        assertThat(decode("81 a3 00 61 61 02 01 06 1a 0f ff ff ff").getFirst().relativeTime())
                .isTrue();
    }

    @Test
    void a_short_float_means_its_decimal_also_when_added() {
        // {bv: 0.1f, n: "a", v: 23.1f}
        assertThat(decode("81 a3 24 fa 3d cc cc cd 00 61 61 02 fa 41 b8 cc cd")
                        .getFirst()
                        .value())
                .isEqualTo(new Value.Number(0.1 + 23.1));
        assertThat(decode("81 a2 00 61 61 02 f9 4d c6").getFirst().value()).isEqualTo(new Value.Number(23.1));
    }

    @Test
    void lengths_are_bounded() {
        byte[] longText = text(SenMl.MAX_STRING);
        assertThat(SenMl.decode(longText, RECEIVED).isOk()).isTrue();
        assertThat(SenMl.decode(text(SenMl.MAX_STRING + 1), RECEIVED).isOk()).isFalse();
        assertThat(SenMl.decode(pack(SenMl.MAX_RECORDS), RECEIVED).orThrow()).hasSize(SenMl.MAX_RECORDS);
        assertThat(SenMl.decode(pack(SenMl.MAX_RECORDS + 1), RECEIVED).isOk()).isFalse();
        assertThat(SenMl.decode(labels(32), RECEIVED).isOk()).isTrue();
        assertThat(SenMl.decode(labels(33), RECEIVED).isOk()).isFalse();
        assertThat(SenMlName.isValid("a".repeat(128))).isTrue();
        assertThat(SenMlName.isValid("a".repeat(129))).isFalse();
    }

    private static byte[] text(int length) {
        return new CborWriter()
                .array(1)
                .map(2)
                .integer(0)
                .text("a")
                .integer(3)
                .text("x".repeat(length))
                .toBytes();
    }

    private static byte[] pack(int count) {
        var out = new CborWriter().array(count);
        for (int i = 0; i < count; i++) {
            out.map(2).integer(0).text("a").integer(2).integer(i);
        }
        return out.toBytes();
    }

    private static byte[] labels(int count) {
        var out = new CborWriter()
                .array(1)
                .map(count)
                .integer(0)
                .text("a")
                .integer(2)
                .integer(1);
        for (int i = 2; i < count; i++) {
            out.integer(100 + i).integer(i);
        }
        return out.toBytes();
    }

    private static List<Reading> decode(String hex) {
        return SenMl.decode(bytes(hex), RECEIVED).orThrow();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
