package io.thingstead.node.alarm;

import java.util.List;

/// The course of one alarm: a condition must hold for a time before it is raised, and be well again for a time before
/// it
/// is cleared. Time is an argument, and never goes back.
final class Course {
    private final long holdMs;
    private final long clearAfterMs;
    private final boolean isLasting;
    private Phase phase = Phase.FINE;
    private long sinceMs;

    /// Their codes stand in the store.
    enum Phase {
        FINE(0),
        /// the condition holds, not yet for long enough
        PENDING(1),
        RAISED(2),
        /// raised, and well again for a while
        CLEARING(3);

        private final byte code;

        Phase(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        static Phase of(byte code) {
            for (Phase phase : values()) if (phase.code == code) return phase;
            throw new IllegalStateException("an alarm is in the phase " + code);
        }
    }

    /// @param isLasting what a reading says holds until the next one, so that time alone raises and clears. Without it
    /// only a reading does: what was true a minute ago need not be now
    Course(long holdMs, long clearAfterMs, boolean isLasting) {
        this.holdMs = holdMs;
        this.clearAfterMs = clearAfterMs;
        this.isLasting = isLasting;
    }

    Phase phase() {
        return phase;
    }

    long sinceMs() {
        return sinceMs;
    }

    void restore(Phase known, long since) {
        phase = known;
        sinceMs = since;
    }

    boolean isRaised() {
        return phase == Phase.RAISED || phase == Phase.CLEARING;
    }

    void take(long timeMs, Standing standing, List<Turn> turns) {
        pass(timeMs, turns);
        switch (standing) {
            case BEYOND -> {
                if (phase == Phase.FINE) become(Phase.PENDING, timeMs);
                if (phase == Phase.CLEARING) phase = Phase.RAISED;
                if (phase == Phase.PENDING && timeMs - sinceMs >= holdMs) raise(timeMs, turns);
            }
            case BETWEEN -> {
                if (phase == Phase.PENDING) phase = Phase.FINE;
                if (phase == Phase.CLEARING) phase = Phase.RAISED;
            }
            case FINE -> {
                if (phase == Phase.PENDING) phase = Phase.FINE;
                if (phase == Phase.RAISED) become(Phase.CLEARING, timeMs);
                if (phase == Phase.CLEARING && timeMs - sinceMs >= clearAfterMs) clear(timeMs, turns);
            }
        }
    }

    /// Nothing was said until now.
    void pass(long nowMs, List<Turn> turns) {
        if (!isLasting) return;
        if (phase == Phase.PENDING && nowMs - sinceMs >= holdMs) raise(sinceMs + holdMs, turns);
        else if (phase == Phase.CLEARING && nowMs - sinceMs >= clearAfterMs) clear(sinceMs + clearAfterMs, turns);
    }

    private void become(Phase next, long timeMs) {
        phase = next;
        sinceMs = timeMs;
    }

    private void raise(long atMs, List<Turn> turns) {
        turns.add(new Turn.Raised(sinceMs, atMs));
        phase = Phase.RAISED;
    }

    private void clear(long atMs, List<Turn> turns) {
        turns.add(new Turn.Cleared(atMs));
        phase = Phase.FINE;
    }
}
