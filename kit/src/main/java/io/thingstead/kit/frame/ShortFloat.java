package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Half and single floats as decimals: a device with 32-bit floats that measures 23.1 means 23.1, not
/// 23.1000003814697265625 (`docs/formats.md` §4). The meaning of a float is its value rounded to the fewest significant
/// digits that still round back to it.
final class ShortFloat {
    private static final int HALF_DIGITS = 5;
    private static final int SINGLE_DIGITS = 9;
    private static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13};

    private ShortFloat() {}

    /// What a single means.
    static double meaning(float single) {
        double magnitude = Math.abs((double) single);
        if (magnitude == Math.rint(magnitude) && magnitude < 0x1p24) {
            return single;
        }
        if (magnitude >= 1e-3 && magnitude < 0x1p24) {
            // 24 bits times 5^12 has 52 bits, so each product is exact and each quotient the nearest double.
            for (int decimals = 1; decimals <= 12; decimals++) {
                double rounded = Math.rint(single * TENS[decimals]) / TENS[decimals];
                if ((float) rounded == single) {
                    return rounded;
                }
            }
        }
        BigDecimal exact = new BigDecimal(single);
        for (int digits = 1; digits <= SINGLE_DIGITS; digits++) {
            double rounded =
                    exact.round(new MathContext(digits, RoundingMode.HALF_EVEN)).doubleValue();
            if ((float) rounded == single) {
                return rounded;
            }
        }
        return single;
    }

    /// What a half means.
    static double meaning(short half) {
        double value = Float.float16ToFloat(half);
        double magnitude = Math.abs(value);
        if (magnitude < 0x1p11) {
            if (magnitude == Math.rint(magnitude)) {
                return value;
            }
            for (int decimals = 1; decimals < TENS.length; decimals++) {
                double rounded = Math.rint(value * TENS[decimals]) / TENS[decimals];
                if (nearestHalf(rounded) == value) {
                    return rounded;
                }
            }
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits <= HALF_DIGITS; digits++) {
            double rounded =
                    exact.round(new MathContext(digits, RoundingMode.HALF_EVEN)).doubleValue();
            if (nearestHalf(rounded) == value) {
                return rounded;
            }
        }
        return value;
    }

    /// The next number of a payload as a value: integers and doubles are what they are.
    static double read(CborReader in) {
        int width = in.nextFloatBytes();
        double value = in.readNumber();
        return switch (width) {
            case 2 -> meaning(Float.floatToFloat16((float) value));
            case 4 -> meaning((float) value);
            default -> value;
        };
    }

    /// Writes a value: an integer, or the shortest float that means it.
    static void write(CborWriter out, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 0x1p53) {
            out.integer((long) value);
            return;
        }
        float single = (float) value;
        short half = Float.floatToFloat16(single);
        if (Float.float16ToFloat(half) == value && meaning(half) == value) {
            out.half(half);
        } else if (Float.isFinite(single) && meaning(single) == value) {
            out.single(single);
        } else {
            out.real(value);
        }
    }

    /// Writes a time in seconds, to the millisecond.
    static void writeSeconds(CborWriter out, long millis) {
        if (millis % 1000 == 0) {
            out.integer(millis / 1000);
            return;
        }
        double seconds = millis / 1000.0;
        short half = Float.floatToFloat16((float) nearestHalf(seconds));
        if (Math.abs(Float.float16ToFloat(half) * 1000.0 - millis) <= 0.25) {
            out.half(half);
        } else if (Math.abs((float) seconds * 1000.0 - millis) <= 0.25) {
            out.single((float) seconds);
        } else {
            out.real(seconds);
        }
    }

    /// The half nearest to `value`, ties to even, in one rounding (a cast by way of a single would round twice).
    static double nearestHalf(double value) {
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -14) - 10);
        double rounded = Math.rint(value / unit) * unit;
        return Math.abs(rounded) > 65_504 ? Math.copySign(Double.POSITIVE_INFINITY, value) : rounded;
    }
}
