package io.thingstead.node.view.live;

import java.util.Arrays;

/// How long a device usually pauses between the times it is heard: the median of its last pauses, so that one long
/// silence does not make the next one look usual. What it sends within a second is said at one time.
final class Pauses {
    private static final int KEPT = 7;
    private static final long ONE_TIME_MS = 1_000;

    private final int[] pausesMs = new int[KEPT];
    private int count;
    private long heardMs = Long.MIN_VALUE;

    void heard(long receivedMs) {
        if (heardMs == Long.MIN_VALUE) {
            heardMs = receivedMs;
            return;
        }
        long pause = receivedMs - heardMs;
        if (pause < ONE_TIME_MS) return;
        pausesMs[count++ % KEPT] = (int) Math.min(Integer.MAX_VALUE, pause);
        // the count goes on from where the ring is full
        if (count == 2 * KEPT) count = KEPT;
        heardMs = receivedMs;
    }

    /// Of a device that was heard once only, a guess.
    long usualMs(long otherwise) {
        int known = Math.min(count, KEPT);
        if (known == 0) return otherwise;
        int[] sorted = Arrays.copyOf(pausesMs, known);
        Arrays.sort(sorted);
        return sorted[known / 2];
    }
}
