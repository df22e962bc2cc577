package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What short floats mean, against plain decimal arithmetic, and which width a value is written in.
final class ShortFloatProperties {
    @Test
    void every_half_means_its_shortest_decimal() {
        for (int bits = 0; bits < 0x1_0000; bits++) {
            short half = (short) bits;
            float value = Float.float16ToFloat(half);
            if (Float.isFinite(value)) {
                assertThat(ShortFloat.meaning(half))
                        .as(Integer.toHexString(bits))
                        .isEqualTo(shortest(value, 5, decimal -> roundsToHalf(decimal, half)));
            }
        }
    }

    @Test
    void a_single_means_its_shortest_decimal() {
        Random random = Seeded.random(ShortFloatProperties.class);
        for (int i = 0; i < 60_000; i++) {
            float value = i % 2 == 0
                    ? Float.intBitsToFloat(random.nextInt())
                    : (float) (random.nextInt(2_000_000) / Math.pow(10, random.nextInt(8)));
            if (Float.isFinite(value)) {
                assertThat(ShortFloat.meaning(value))
                        .as(Float.toString(value))
                        .isEqualTo(shortest(value, 9, decimal -> decimal.floatValue() == value));
            }
        }
    }

    @Test
    void a_value_that_is_written_is_read_back_exactly() {
        Random random = Seeded.random(ShortFloatProperties.class);
        int[] widths = new int[9];
        for (int i = 0; i < 200_000; i++) {
            double value = switch (i % 5) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(-1_000_000, 1_000_000) / Math.pow(10, random.nextInt(7));
                case 2 -> Float.intBitsToFloat(random.nextInt());
                case 3 -> Float.float16ToFloat((short) random.nextInt());
                default -> random.nextLong() >> random.nextInt(64);
            };
            if (Double.isFinite(value)) {
                byte[] bytes = written(value);
                CborReader in = CborReader.lenient(bytes);
                widths[in.nextFloatBytes()]++;
                assertThat(ShortFloat.read(in)).isEqualTo(value == 0 ? 0.0 : value);
                assertThat(in.atEnd()).isTrue();
            }
        }
        System.out.printf(
                "written as integer %d, half %d, single %d, double %d%n", widths[0], widths[2], widths[4], widths[8]);
        assertThat(widths[0]).isPositive();
        assertThat(widths[2]).isPositive();
        assertThat(widths[4]).isPositive();
        assertThat(widths[8]).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "-0.0, 00",
        "23, 17",
        "-18, 31",
        "9007199254740991, 1b001fffffffffffff",
        "-9007199254740991, 3b001ffffffffffffe",
        "9007199254740992, fb4340000000000000",
        "21.5, f94d60",
        "-0.25, f9b400",
        "0.125, f93000",
        "23.1, fa41b8cccd",
        "21.09375, fa41a8c000",
        "0.1, fa3dcccccd",
        "101325.25, fa47c5e6a0",
        "52.520008, fa4252147d",
        "52.5200066, fb404a428f93865a22",
        "1e-7, fa33d6bf95",
        "1e300, fb7e37e43c8800759c",
        "0.30000000000000004, fb3fd3333333333334"
    })
    void a_value_has_one_form(double value, String hex) {
        assertThat(HexFormat.of().formatHex(written(value))).isEqualTo(hex);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1790000000000, 1a6ab13b80",
        "1790000000123, fb41daac4ee007df3b",
        "-2000, 21",
        "500, f93800",
        "100, f92e66",
        "-100, f9ae66",
        "1100, fa3f8ccccd",
        "59900, fa426f999a",
        "86400001, fb40f5180004189375"
    })
    void a_time_has_one_form(long millis, String hex) {
        CborWriter out = new CborWriter();
        ShortFloat.writeSeconds(out, millis);
        assertThat(HexFormat.of().formatHex(out.toBytes())).isEqualTo(hex);
        double seconds = CborReader.lenient(out.toBytes()).readNumber();
        assertThat(Math.round(seconds * 1000)).isEqualTo(millis);
    }

    @Test
    void a_base_time_and_a_difference_come_back_to_the_millisecond() {
        Random random = Seeded.random(ShortFloatProperties.class);
        for (int i = 0; i < 200_000; i++) {
            long base = random.nextLong(SenMl.FIRST_MS, 4_000_000_000_000L);
            long difference = random.nextLong(-100_000_000, 100_000_000) >> random.nextInt(24);
            assertThat(Math.round((seconds(base) + seconds(difference)) * 1000)).isEqualTo(base + difference);
        }
    }

    private static double seconds(long millis) {
        CborWriter out = new CborWriter();
        ShortFloat.writeSeconds(out, millis);
        return CborReader.lenient(out.toBytes()).readNumber();
    }

    private static byte[] written(double value) {
        CborWriter out = new CborWriter();
        ShortFloat.write(out, value);
        return out.toBytes();
    }

    private static double shortest(float value, int digits, java.util.function.Predicate<BigDecimal> roundsBack) {
        BigDecimal exact = new BigDecimal(value);
        for (int n = 1; n <= digits; n++) {
            BigDecimal decimal = exact.round(new MathContext(n, RoundingMode.HALF_EVEN));
            if (roundsBack.test(decimal)) {
                return decimal.doubleValue() == 0 ? value : decimal.doubleValue();
            }
        }
        throw new AssertionError(value + " has no decimal of " + digits + " digits");
    }

    /// Whether the half is the nearest to the decimal, ties to the even one, by comparing with its two neighbours.
    private static boolean roundsToHalf(BigDecimal decimal, short half) {
        BigDecimal distance =
                decimal.subtract(new BigDecimal(Float.float16ToFloat(half))).abs();
        if (distance.signum() == 0) {
            return true;
        }
        boolean even = (half & 1) == 0;
        for (short neighbour : neighbours(half)) {
            float value = Float.float16ToFloat(neighbour);
            BigDecimal exact = Float.isFinite(value)
                    ? new BigDecimal(value)
                    : new BigDecimal(65_536).multiply(BigDecimal.valueOf(Math.signum(value)));
            int order = distance.compareTo(decimal.subtract(exact).abs());
            if (order > 0 || (order == 0 && !even)) {
                return false;
            }
        }
        return true;
    }

    private static short[] neighbours(short half) {
        if ((half & 0x7fff) == 0) {
            return new short[] {(short) 0x0001, (short) 0x8001};
        }
        return new short[] {(short) (half + 1), (short) (half - 1)};
    }
}
