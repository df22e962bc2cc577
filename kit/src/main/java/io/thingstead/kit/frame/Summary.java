package io.thingstead.kit.frame;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a device measured of one reading over a time, none left out: it stands for the readings themselves, in four
/// ordinary records of a frame (`docs/formats.md` §4, "Summaries").
///
/// @param name of the reading that it sums up
/// @param fromMs time of the first measurement, in milliseconds since 1970
/// @param toMs time of the last one
/// @param first number of the first measurement, as the device counts those of this reading, from 1 on
/// @param last number of the last one
public record Summary(
        String name, @Nullable String unit, double min, double max, long fromMs, long toMs, long first, long last) {
    private static final String MIN = "/min";
    private static final String MAX = "/max";
    private static final String FIRST = "/first";
    private static final String LAST = "/last";
    private static final List<String> PARTS = List.of(MIN, MAX, FIRST, LAST);

    public Summary {
        String objection = SenMlName.isValid(name + FIRST)
                ? objection(min, max, fromMs, toMs, first, last)
                : "its name is none, or too long";
        if (objection != null) {
            throw new IllegalArgumentException("a summary of “" + name + "”: " + objection);
        }
        min += 0.0; // −0 is 0
        max += 0.0;
    }

    /// Of one measurement.
    public static Summary of(String name, @Nullable String unit, long number, double value, long timeMs) {
        return new Summary(name, unit, value, value, timeMs, timeMs, number, number);
    }

    /// With the next measurement.
    public Summary and(double value, long timeMs) {
        if (timeMs < toMs) {
            throw new IllegalArgumentException("measured before the one before it");
        }
        return new Summary(
                name, unit, Math.min(min, value), Math.max(max, value), fromMs, timeMs, first, Math.addExact(last, 1));
    }

    /// The records that say so in a frame.
    public List<Measurement> measurements() {
        return List.of(
                Measurement.of(name + MIN, unit, min, fromMs),
                Measurement.of(name + MAX, unit, max, toMs),
                Measurement.of(name + FIRST, null, (double) first, fromMs),
                Measurement.of(name + LAST, null, (double) last, toMs));
    }

    /// The summary of a reading in a frame's readings. One that is not whole, or says what cannot be, is refused: then
    /// nobody knows what was measured.
    public static Result<Optional<Summary>> in(List<Reading> readings, String name) {
        SortedMap<String, Reading> parts = new TreeMap<>();
        boolean twice = false;
        for (Reading reading : readings) {
            if (reading.name().length() > name.length() && reading.name().startsWith(name)) {
                String part = reading.name().substring(name.length());
                twice |= PARTS.contains(part) && parts.put(part, reading) != null;
            }
        }
        // Without the numbers they are ordinary readings that happen to be called so.
        if (!parts.containsKey(FIRST) && !parts.containsKey(LAST)) {
            return Result.ok(Optional.empty());
        }
        Reading min = parts.get(MIN);
        Reading max = parts.get(MAX);
        Reading first = parts.get(FIRST);
        Reading last = parts.get(LAST);
        return twice || min == null || max == null || first == null || last == null
                ? unfit(name, "each of its four records stands in the frame once")
                : whole(name, min, max, first, last);
    }

    private static Result<Optional<Summary>> whole(String name, Reading min, Reading max, Reading first, Reading last) {
        if (!(min.value() instanceof Value.Number(double least))
                || !(max.value() instanceof Value.Number(double most))
                || !(first.value() instanceof Value.Number(double from))
                || !(last.value() instanceof Value.Number(double to))
                || from != Math.rint(from)
                || to != Math.rint(to)) {
            return unfit(name, "its records are numbers, those of measurements whole ones");
        }
        if (!Objects.equals(min.unit(), max.unit())) {
            return unfit(name, "its minimum and its maximum are of one unit");
        }
        for (Reading part : List.of(min, max, first, last)) {
            if (part.relativeTime() || part.timeMs() < first.timeMs() || part.timeMs() > last.timeMs()) {
                return unfit(name, "its records have times of their own, from its first measurement’s to its last’s");
            }
        }
        String objection = objection(least, most, first.timeMs(), last.timeMs(), (long) from, (long) to);
        return objection == null
                ? Result.ok(Optional.of(new Summary(
                        name, min.unit(), least, most, first.timeMs(), last.timeMs(), (long) from, (long) to)))
                : unfit(name, objection);
    }

    private static @Nullable String objection(double min, double max, long fromMs, long toMs, long first, long last) {
        if (!(min <= max) || !Double.isFinite(min) || !Double.isFinite(max)) {
            return "its minimum is a number, and not over its maximum";
        }
        if (fromMs > toMs) {
            return "it does not end before it begins";
        }
        if (first < 1 || first > last || last > Frame.MAX_NUMBER) {
            return "measurements are numbered upwards, within 1 to 2^53 - 1";
        }
        return first == last && (fromMs != toMs || min != max) ? "one measurement has one time and one value" : null;
    }

    private static Result<Optional<Summary>> unfit(String name, String text) {
        return Result.no(Refusal.EVIDENCE_UNFIT, "a summary of “" + name + "”: " + text);
    }
}
