package io.thingstead.node.ingest;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which times of readings are believable (`docs/formats.md` §4): from the year 2000 to a day ahead of the node.
final class ReadingTimes {
    private static final long FIRST_MS = 946_684_800_000L;
    private static final long AHEAD_MS = 24L * 3_600_000;

    private ReadingTimes() {}

    static @Nullable Refused objection(List<Reading> readings, long nowMs) {
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            if (!isBelievable(reading.timeMs(), nowMs)) {
                return new Refused(
                        Refusal.FRAME_TIME,
                        "the time of \"%s\" is before the year 2000 or more than 24 h ahead: %d ms"
                                .formatted(reading.name(), reading.timeMs()));
            }
        }
        return null;
    }

    static boolean isBelievable(long timeMs, long nowMs) {
        return timeMs >= FIRST_MS && timeMs <= nowMs + AHEAD_MS;
    }
}
