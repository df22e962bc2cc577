package io.thingstead.node.contract;

import io.thingstead.kit.frame.Summary;
import java.util.List;

/// Readings of a stream that were proven to be the device's own: of frames that follow each other without a gap.
///
/// @param firstEnd how many of the readings are of the first frame, where not all of these must fit
/// @param lastBegin how many come before those of the last frame, see there
/// @param key number of the event by which the key came that signed them; 0: it was there when the contract began
/// @param before the number that the device used before the first frame's
/// @param lastFrame number of the last frame
/// @param notBefore ledger time before which the first frame was not on the ledger
/// @param notAfter ledger time when the last frame was
public record Shown(
        List<At> readings,
        int firstEnd,
        int lastBegin,
        long key,
        long before,
        long lastFrame,
        long notBefore,
        long notAfter) {
    /// The number of a measurement that nobody knows.
    static final long UNKNOWN = 0;
    /// Measurements are missing, or come twice.
    static final long BROKEN = -1;

    /// A reading; or a summary, which stands for all readings that it sums up.
    ///
    /// @param begin time of the first of them, as the device says
    /// @param end time of the last
    /// @param least the least of their values, at the stream's scale
    /// @param most the greatest
    /// @param first number of the first measurement, as the device counts them; 0: a reading, which names none
    /// @param last number of the last one
    public record At(long begin, long end, long least, long most, long first, long last) {
        /// A reading.
        public At(long time, long value) {
            this(time, time, value, value, UNKNOWN, UNKNOWN);
        }

        static At of(Summary summary, long least, long most) {
            return new At(summary.fromMs(), summary.toMs(), least, most, summary.first(), summary.last());
        }

        public boolean isSummary() {
            return first != UNKNOWN;
        }

        /// Whether it is a summary of measurements from before this time alone, as the device says.
        public boolean isBefore(long time) {
            return isSummary() && end < time;
        }

        /// What a summary says of the time from then on: it says of each measurement what it says of all.
        public At since(long time) {
            return isSummary() && begin < time ? new At(time, end, least, most, first, last) : this;
        }

        /// The number of the measurement after it: a reading is one measurement.
        ///
        /// @param next the number that comes now, or unknown
        /// @return broken where a summary leaves some out, or has some again
        long countOn(long next) {
            if (!isSummary()) {
                return next == UNKNOWN ? UNKNOWN : next + 1;
            }
            return next == UNKNOWN || next == first ? last + 1 : BROKEN;
        }
    }

    public Shown {
        readings = List.copyOf(readings);
    }

    /// Readings that must all fit.
    public Shown(List<At> readings, long before, long lastFrame, long notBefore, long notAfter) {
        this(readings, 0, readings.size(), 0, before, lastFrame, notBefore, notAfter);
    }

    /// Whether the numbers of the measurements follow each other.
    public static boolean follow(List<At> readings) {
        return countOn(readings, UNKNOWN) != BROKEN;
    }

    /// The number of the measurement after all of them, see [At#countOn].
    long countOn(long next) {
        return countOn(readings, next);
    }

    private static long countOn(List<At> readings, long next) {
        long now = next;
        for (At reading : readings) {
            now = reading.countOn(now);
            if (now == BROKEN) {
                return BROKEN;
            }
        }
        return now;
    }
}
