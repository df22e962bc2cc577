package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Readings into SenML-CBOR, one way for each input, so that kits in different languages make the same bytes
/// (`docs/formats.md` §4, "How the kits encode").
public final class SenMlEncoder {
    /// What a device measured.
    ///
    /// @param timeMs milliseconds since 1970, or null for "now", which the receiver fills in
    public record Measurement(
            String name,
            @Nullable String unit,
            Value value,
            @Nullable Long timeMs) {
        public Measurement {
            boolean fits = switch (value) {
                case Value.Number(double number) -> Double.isFinite(number);
                case Value.Text(String text) -> fits(text);
                case Value.Flag _ -> true;
                case Value.Data(byte[] data) -> data.length <= SenMl.MAX_STRING;
            };
            if (!fits || !SenMlName.isValid(name) || (unit != null && !fits(unit))) {
                throw new IllegalArgumentException("a reading that SenML cannot carry: " + name);
            }
            if (timeMs != null && (timeMs < SenMl.FIRST_MS || timeMs > SenMl.LAST_MS)) {
                throw new IllegalArgumentException("not a time in milliseconds since 1970: " + timeMs);
            }
        }

        private static boolean fits(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length <= SenMl.MAX_STRING;
        }

        public static Measurement of(String name, @Nullable String unit, double value, long timeMs) {
            return new Measurement(name, unit, new Value.Number(value), timeMs);
        }
    }

    private SenMlEncoder() {}

    public static byte[] encode(List<Measurement> measurements) {
        if (measurements.isEmpty() || measurements.size() > SenMl.MAX_RECORDS) {
            throw new IllegalArgumentException("1 to " + SenMl.MAX_RECORDS + " readings in a frame");
        }
        CborWriter out = new CborWriter(32 + 16 * measurements.size()).array(measurements.size());
        Base base = measurements.size() == 1 ? Base.NONE : Base.of(measurements);
        for (int i = 0; i < measurements.size(); i++) {
            write(out, measurements.get(i), base, i == 0);
        }
        return out.toBytes();
    }

    /// What all measurements share, told once in the first record.
    private record Base(
            @Nullable String name,
            @Nullable String unit,
            @Nullable Long timeMs) {
        static final Base NONE = new Base(null, null, null);

        static Base of(List<Measurement> all) {
            Measurement first = all.getFirst();
            boolean sameName = all.stream().allMatch(m -> m.name().equals(first.name()));
            boolean sameUnit = all.stream().allMatch(m -> Objects.equals(m.unit(), first.unit()));
            boolean timed = all.stream().allMatch(m -> m.timeMs() != null);
            return new Base(
                    sameName ? first.name() : null, sameUnit ? first.unit() : null, timed ? first.timeMs() : null);
        }

        int labels() {
            return (name != null ? 1 : 0) + (unit != null ? 1 : 0) + (timeMs != null ? 1 : 0);
        }
    }

    private static void write(CborWriter out, Measurement m, Base base, boolean first) {
        boolean ownName = base.name() == null;
        boolean ownUnit = base.unit() == null && m.unit() != null;
        Long time = m.timeMs();
        long millis = time == null ? 0 : time - (base.timeMs() == null ? 0 : base.timeMs());
        boolean ownTime = time != null && (base.timeMs() == null || millis != 0);
        int labels = 1 + (ownName ? 1 : 0) + (ownUnit ? 1 : 0) + (ownTime ? 1 : 0) + (first ? base.labels() : 0);
        out.map(labels);
        if (ownName) {
            out.integer(0).text(m.name());
        }
        if (ownUnit) {
            out.integer(1).text(Objects.requireNonNull(m.unit()));
        }
        switch (m.value()) {
            case Value.Number(double number) -> ShortFloat.write(out.integer(2), number);
            case Value.Text(String text) -> out.integer(3).text(text);
            case Value.Flag(boolean flag) -> out.integer(4).bool(flag);
            case Value.Data(byte[] _) -> {
                // Label 8 stands after label 6.
            }
        }
        if (ownTime) {
            ShortFloat.writeSeconds(out.integer(6), millis);
        }
        if (m.value() instanceof Value.Data(byte[] data)) {
            out.integer(8).bytes(data);
        }
        if (first) {
            writeBase(out, base);
        }
    }

    private static void writeBase(CborWriter out, Base base) {
        if (base.name() != null) {
            out.integer(-2).text(base.name());
        }
        if (base.timeMs() != null) {
            ShortFloat.writeSeconds(out.integer(-3), base.timeMs());
        }
        if (base.unit() != null) {
            out.integer(-4).text(base.unit());
        }
    }
}
