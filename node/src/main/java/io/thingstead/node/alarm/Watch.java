package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One rule's eye on one device: fed with its frames in the log's order and with the time, it says when the alarm is
/// raised and when it is cleared. Used by one thread at a time.
///
/// Readings are taken in the order of their times. One that is older than the newest taken is late: it changes nothing
/// about now, and is told as late. No reading is newer than its receipt, whatever its device's clock says.
abstract sealed class Watch {
    private static final byte VERSION = 2;
    private static final int ROW_BYTES = 50;

    Rule rule;
    final DeviceId device;
    final Course course;
    /// Of the readings that were judged, by their own time; of silence, when something came last.
    long newestMs = Long.MIN_VALUE;
    /// Number of the alarm that is raised, 0 when none is.
    long alarm;
    /// The furthest beyond the limit while it is raised.
    double worst = Double.NaN;

    private final List<Turn> turns = new ArrayList<>();

    /// Whether there were readings of the right name in another unit, which are not judged.
    boolean hasSeenOtherUnit;

    /// The frame from which on the condition holds; absent where nothing holds, or nothing said so.
    private @Nullable Place since;

    /// A frame's place in the log, and its number in its stream.
    record Place(long index, long n) {
        static Place of(LoggedFrame frame) {
            return new Place(frame.index(), frame.n());
        }
    }

    /// What a watch tells.
    interface Listener {
        /// @param place of the frame that raised it; where time did, of the one that holds; absent for silence
        /// @param value that raised it, with its reading; absent where time did
        void raised(
                Watch watch,
                Turn.Raised raised,
                @Nullable Place place,
                @Nullable Reading reading,
                @Nullable Double value);

        void cleared(Watch watch, Turn.Cleared cleared);

        void late(Watch watch, LoggedFrame frame, long timeMs);
    }

    private Watch(Rule rule, DeviceId device, Course course) {
        this.rule = rule;
        this.device = device;
        this.course = course;
    }

    /// @param beganMs from when on silence counts
    static Watch of(Rule rule, DeviceId device, long beganMs) {
        return switch (rule.condition()) {
            case Condition.Silence silence -> new OfSilence(rule, device, silence, beganMs);
            // what is unusual is judged from when the rule begins, though the past is learnt from
            case Condition.Anomaly _ -> new OfReadings(rule, device, beganMs);
            default -> new OfReadings(rule, device, Long.MIN_VALUE);
        };
    }

    abstract void take(LoggedFrame frame, Listener listener);

    /// Says what time it is; never goes back.
    abstract void pass(long nowMs, Listener listener);

    /// Whether time alone may change something.
    abstract boolean isTimed();

    boolean isAtRest() {
        return course.phase() == Course.Phase.FINE;
    }

    /// In which unit the values are that it tells of.
    @Nullable
    String unit(Reading reading) {
        if (rule.condition() instanceof Condition.Fence) return "m";
        if (rule.condition() instanceof Condition.Anomaly) return Condition.TIMES_USUAL;
        return reading.value() instanceof Value.Number ? reading.unit() : null;
    }

    @Nullable
    Double furthest() {
        return Double.isNaN(worst) ? null : worst;
    }

    byte[] row() {
        byte[] memory = memory();
        Place of = since;
        return ByteBuffer.allocate(ROW_BYTES + memory.length)
                .put(VERSION)
                .put(course.phase().code())
                .putLong(course.sinceMs())
                .putLong(newestMs)
                .putLong(alarm)
                .putDouble(worst)
                .putLong(of == null ? -1 : of.index)
                .putLong(of == null ? 0 : of.n)
                .put(memory)
                .array();
    }

    void restore(byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row);
        if (in.get() != VERSION) {
            throw new IllegalStateException("the state of an alarm was written by a newer version");
        }
        Course.Phase phase = Course.Phase.of(in.get());
        course.restore(phase, in.getLong());
        newestMs = in.getLong();
        alarm = in.getLong();
        worst = in.getDouble();
        var of = new Place(in.getLong(), in.getLong());
        since = of.index < 0 ? null : of;
        byte[] memory = new byte[in.remaining()];
        in.get(memory);
        remember(memory);
    }

    byte[] memory() {
        return new byte[0];
    }

    void remember(byte[] memory) {}

    /// Tells what a step of the course brought.
    final void tell(Listener listener, @Nullable Place place, @Nullable Reading reading, @Nullable Double value) {
        for (Turn turn : turns) {
            switch (turn) {
                case Turn.Raised raised -> {
                    worst = value == null ? Double.NaN : value;
                    listener.raised(this, raised, place, reading, value);
                }
                case Turn.Cleared cleared -> listener.cleared(this, cleared);
            }
        }
        turns.clear();
    }

    final void begin(Place place) {
        since = isAtRest() ? null : place;
    }

    final @Nullable Place begun() {
        return since;
    }

    final List<Turn> turns() {
        return turns;
    }

    /// Readings of one device against a condition on them.
    static final class OfReadings extends Watch {
        private final Judge judge;
        private long warmedMs = Long.MIN_VALUE;

        OfReadings(Rule rule, DeviceId device, long beganMs) {
            super(rule, device, new Course(rule.holdMs(), rule.clearAfterMs(), isLasting(rule.condition())));
            this.judge = Judge.of(rule.condition());
            this.newestMs = beganMs;
        }

        /// A flag holds until the next one. A jolt does not, but its being over does.
        private static boolean isLasting(Condition condition) {
            return condition instanceof Condition.Is || condition instanceof Condition.Shock;
        }

        @Override
        boolean isTimed() {
            return isLasting(rule.condition());
        }

        @Override
        void take(LoggedFrame frame, Listener listener) {
            if (frame.readings().size() == 1) {
                take(frame, frame.readings().getFirst(), listener);
                return;
            }
            frame.readings().stream()
                    .sorted(Comparator.comparingLong(Reading::timeMs))
                    .forEach(reading -> take(frame, reading, listener));
        }

        private void take(LoggedFrame frame, Reading reading, Listener listener) {
            if (!judge.concerns(reading)) {
                hasSeenOtherUnit |= reading.name().equals(rule.condition().judged()) && judge.hasUnit();
                return;
            }
            Reading bounded = reading.timeMs() <= frame.receivedMs() ? reading : at(reading, frame.receivedMs());
            if (bounded.timeMs() < newestMs) {
                listener.late(this, frame, bounded.timeMs());
                return;
            }
            newestMs = bounded.timeMs();
            judge.take(bounded, judged -> judged(frame, bounded, judged, listener));
        }

        private void judged(LoggedFrame frame, Reading reading, Judge.Judged judged, Listener listener) {
            pass(judged.timeMs(), listener);
            boolean wasAtRest = isAtRest();
            if (course.isRaised()) worst = worse(worst, judged.value());
            course.take(judged.timeMs(), judged.standing(), turns());
            if (wasAtRest) begin(Place.of(frame));
            tell(listener, Place.of(frame), reading, judged.value());
        }

        /// A reading's score. One that was judged before is not again.
        void score(LoggedFrame frame, Reading reading, double score, Listener listener) {
            if (!(rule.condition() instanceof Condition.Anomaly anomaly)) return;
            long timeMs = Math.min(reading.timeMs(), frame.receivedMs());
            if (timeMs <= newestMs) return;
            newestMs = timeMs;
            Standing standing = score >= anomaly.limit()
                    ? Standing.BEYOND
                    : score <= anomaly.clear() ? Standing.FINE : Standing.BETWEEN;
            judged(frame, reading, new Judge.Judged(timeMs, standing, score), listener);
        }

        private static Reading at(Reading reading, long timeMs) {
            return new Reading(reading.name(), reading.unit(), reading.value(), timeMs, reading.relativeTime());
        }

        private double worse(double known, @Nullable Double value) {
            if (value == null) return known;
            if (Double.isNaN(known)) return value;
            boolean isWorse = switch (rule.condition()) {
                case Condition.Limit limit ->
                    Math.max(value - limit.high(), limit.low() - value)
                            > Math.max(known - limit.high(), limit.low() - known);
                case Condition.Shock _, Condition.Fence _, Condition.Anomaly _ -> Math.abs(value) > Math.abs(known);
                case Condition.Is _, Condition.Silence _ -> false;
            };
            return isWorse ? value : known;
        }

        @Override
        void pass(long nowMs, Listener listener) {
            course.pass(nowMs, turns());
            tell(listener, begun(), null, null);
        }

        /// Fills again what is looked back at, and judges nothing.
        void warm(LoggedFrame frame) {
            if (judge.looksBackMs() == 0) return;
            frame.readings().stream()
                    .filter(judge::concerns)
                    .sorted(Comparator.comparingLong(Reading::timeMs))
                    .filter(reading -> reading.timeMs() >= warmedMs)
                    .forEach(reading -> {
                        warmedMs = reading.timeMs();
                        newestMs = Math.max(newestMs, warmedMs);
                        judge.take(reading, _ -> {});
                    });
        }

        @Override
        byte[] memory() {
            return judge.memory();
        }

        @Override
        void remember(byte[] memory) {
            judge.remember(memory);
        }
    }

    /// Whether anything comes at all, by the member's clock.
    static final class OfSilence extends Watch {
        private final Condition.Silence silence;
        private final long beganMs;

        OfSilence(Rule rule, DeviceId device, Condition.Silence silence, long beganMs) {
            super(rule, device, new Course(0, rule.clearAfterMs(), false));
            this.silence = silence;
            this.beganMs = beganMs;
        }

        @Override
        boolean isTimed() {
            return true;
        }

        @Override
        void take(LoggedFrame frame, Listener listener) {
            String quantity = silence.quantity();
            boolean isMeant = quantity == null
                    ? !frame.readings().isEmpty()
                    : frame.readings().stream()
                            .anyMatch(reading -> reading.name().equals(quantity));
            if (!isMeant) return;
            // what is received is not received earlier than what was received before
            long heardMs = Math.max(newestMs, frame.receivedMs());
            pass(heardMs, listener);
            newestMs = heardMs;
            course.take(heardMs, Standing.FINE, turns());
            tell(listener, null, null, null);
        }

        @Override
        void pass(long nowMs, Listener listener) {
            long silentMs = Math.max(newestMs, beganMs) + silence.afterMs();
            if (nowMs < silentMs || course.phase() == Course.Phase.RAISED) return;
            course.take(silentMs, Standing.BEYOND, turns());
            tell(listener, null, null, null);
        }
    }
}
