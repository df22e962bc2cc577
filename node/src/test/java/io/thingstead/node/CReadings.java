package io.thingstead.node;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Random readings with every kind of value, above all the numbers at which encoders part: halves, singles, doubles,
/// what lies between two of them, and decimals of every length.
final class CReadings {
    private static final long FIRST_MS = (1L << 28) * 1000;
    private static final long LAST_MS = (1L << 40) * 1000 - 1;

    private CReadings() {}

    static List<Measurement> burst(Random random) {
        int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(40);
        boolean sameName = random.nextBoolean();
        boolean sameUnit = random.nextBoolean();
        String name = name(random);
        String unit = unit(random);
        boolean timed = random.nextInt(4) > 0;
        long start = random.nextBoolean()
                ? random.nextLong(1_700_000_000_000L, 1_900_000_000_000L)
                : random.nextLong(FIRST_MS, LAST_MS + 1);
        long step = random.nextBoolean() ? 1_000 : random.nextLong(-1L << random.nextInt(40), 1L << random.nextInt(40));
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new Measurement(
                        sameName ? name : name(random),
                        sameUnit ? unit : unit(random),
                        value(random),
                        timed || random.nextBoolean() ? (Long) Math.clamp(start + i * step, FIRST_MS, LAST_MS) : null))
                .toList());
    }

    static long number(Random random) {
        return 1 + random.nextLong(1L << 1 + random.nextInt(52));
    }

    static @Nullable String device(Random random) {
        return random.nextInt(4) > 0
                ? null
                : "m".repeat(1 + random.nextInt(32)) + ":" + "d-0".repeat(1 + random.nextInt(21));
    }

    private static String name(Random random) {
        String allowed = "abcXYZ019-:./_";
        StringBuilder name = new StringBuilder("t");
        int length = random.nextInt(8) == 0 ? random.nextInt(128) : random.nextInt(10);
        for (int i = 0; i < length; i++) name.append(allowed.charAt(random.nextInt(allowed.length())));
        return name.toString();
    }

    private static @Nullable String unit(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> "Cel";
            case 2 -> "%RH";
            default -> text(random, 1).replace("\0", "");
        };
    }

    private static String text(Random random, int least) {
        int length = random.nextInt(30) == 0 ? 300 : random.nextInt(20);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < least + length; i++) {
            int code = random.nextInt(1 << 7 + random.nextInt(14));
            if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) text.appendCodePoint(code);
        }
        return text.toString();
    }

    private static Value value(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> new Value.Text(text(random, 0));
            case 1 -> new Value.Flag(random.nextBoolean());
            case 2 -> new Value.Data(Seeded.bytes(random, random.nextInt(40)));
            default -> new Value.Number(real(random));
        };
    }

    private static double real(Random random) {
        double value = switch (random.nextInt(10)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> Float.intBitsToFloat(random.nextInt());
            case 2 -> Double.parseDouble(Float.toString(Float.intBitsToFloat(random.nextInt())));
            case 3 -> Float.float16ToFloat((short) random.nextInt());
            case 4 -> decimal(Float.float16ToFloat((short) random.nextInt()), 1 + random.nextInt(6));
            case 5 -> decimal(Float.intBitsToFloat(random.nextInt()), 1 + random.nextInt(10));
            case 6 -> between(random);
            case 7 -> random.nextLong(1L << 1 + random.nextInt(55)) * (random.nextBoolean() ? 1 : -0.5);
            default -> random.nextInt(-100_000, 100_000) / Math.pow(10, random.nextInt(6));
        };
        return Double.isFinite(value) ? value : random.nextBoolean() ? 0.0 : -0.0;
    }

    /// The value rounded to so many digits.
    private static double decimal(float value, int digits) {
        return Float.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(digits)).doubleValue()
                : 0;
    }

    /// In the middle of two singles, or a little beside it.
    private static double between(Random random) {
        float single = Float.intBitsToFloat(random.nextInt());
        double middle = ((double) single + Math.nextUp(single)) / 2;
        return switch (random.nextInt(3)) {
            case 0 -> middle;
            case 1 -> Math.nextUp(middle);
            default -> Math.nextDown(middle);
        };
    }
}
