package io.thingstead.node.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Decimals, durations and units as the integers that contracts reckon with (`docs/formats.md` §11). Exact; rounded
/// half to even only where a reading has more decimals than its term.
final class Numbers {
    static final long MAX = (1L << 53) - 1;
    static final int MAX_SCALE = 9;

    private static final int MAX_EXPONENT = 18;
    private static final BigDecimal LIMIT = BigDecimal.valueOf(MAX);

    private static final List<Unit> DURATIONS = List.of(
            new Unit("ms", 1),
            new Unit("s", 1_000),
            new Unit("min", 60_000),
            new Unit("h", 3_600_000),
            new Unit("d", 86_400_000));

    private record Unit(String name, long ms) {}

    private Numbers() {}

    /// A plain decimal, `-12.50`: no exponent, no sign but minus.
    static Optional<BigDecimal> decimal(String text) {
        return text.length() <= 30 && text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]{1,9})?")
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    /// The decimal as an integer at a scale, where it is one and not over 2^53 - 1.
    static OptionalLong exactly(BigDecimal decimal, int scale) {
        BigDecimal moved = decimal.movePointRight(scale);
        if (moved.abs().compareTo(LIMIT) > 0 || moved.stripTrailingZeros().scale() > 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(moved.longValueExact());
    }

    /// A measured number, the shortest decimal that stands for it, as an integer at a scale. Empty where it is out of
    /// range.
    static OptionalLong measured(double value, int scale) {
        if (!Double.isFinite(value)) {
            return OptionalLong.empty();
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value));
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (decimal.signum() != 0 && Math.abs(exponent) > MAX_EXPONENT) {
            return OptionalLong.empty();
        }
        BigDecimal moved = decimal.movePointRight(scale).setScale(0, RoundingMode.HALF_EVEN);
        return moved.abs().compareTo(LIMIT) > 0 ? OptionalLong.empty() : OptionalLong.of(moved.longValueExact());
    }

    /// `30 min`, `36 h`, `3 d`, `90 s` in milliseconds.
    static OptionalLong duration(String text) {
        int space = text.indexOf(' ');
        if (space < 1) {
            return OptionalLong.empty();
        }
        String unit = text.substring(space + 1).strip();
        Optional<BigDecimal> number = decimal(text.substring(0, space));
        return DURATIONS.stream()
                .filter(known -> known.name.equals(unit))
                .findFirst()
                .flatMap(known -> number.map(n -> n.multiply(BigDecimal.valueOf(known.ms))))
                .map(ms -> exactly(ms, 0))
                .orElse(OptionalLong.empty());
    }

    /// In the largest unit that it is a whole number of.
    static String durationInWords(long ms) {
        for (Unit unit : DURATIONS.reversed()) {
            if (ms % unit.ms == 0) {
                return ms / unit.ms + " " + unit.name;
            }
        }
        throw new AssertionError("every duration is a number of ms");
    }

    static String decimalInWords(long value, int scale) {
        return BigDecimal.valueOf(value, scale).toPlainString();
    }
}
