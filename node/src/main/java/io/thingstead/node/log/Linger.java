package io.thingstead.node.log;

import java.util.concurrent.TimeUnit;

/// Decides how long a batch that could be written now waits for company. Every batch costs a sync, whatever its size:
/// at 10,000 frames a second two milliseconds of patience halve the processor time of a frame. Where frames come so
/// seldom that hardly any would join, none waits. Confined to the sequencer's thread.
final class Linger {
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(2);
    /// Frames that must be expected to join.
    private static final int COMPANY = 2;
    /// A batch of this size does not wait.
    private static final int ENOUGH = 128;
    /// The newest batch's weight in the average, as a part of one.
    private static final int WEIGHT = 8;

    private long nanosPerFrame = LONGEST;
    private long takenAt;

    Linger(long now) {
        takenAt = now;
    }

    /// @param waiting frames that are there already
    long nanos(int waiting) {
        return waiting < ENOUGH && COMPANY * nanosPerFrame <= LONGEST ? LONGEST : 0;
    }

    /// A batch was taken; what comes from now on belongs to the next one.
    void took(int frames, long now) {
        long between = Math.min((now - takenAt) / frames, LONGEST);
        nanosPerFrame += (between - nanosPerFrame) / WEIGHT;
        takenAt = now;
    }
}
