package io.thingstead.node.notify;

import java.util.random.RandomGenerator;

/// When the next letter may go over one channel: not more of them than its share of an hour, a few at once; and after a
/// failure not before a while, which grows with each.
final class Pace {
    private static final long HOUR_MS = 3_600_000;
    private static final int AT_ONCE = 5;
    private static final long FIRST_WAIT_MS = 5_000;
    private static final long LONGEST_WAIT_MS = 900_000;

    private final double perMs;
    private final RandomGenerator random;
    private double letters;
    private long atMs;
    private long notBeforeMs = Long.MIN_VALUE;
    private int failures;

    Pace(int mostPerHour, long nowMs, RandomGenerator random) {
        this.perMs = (double) mostPerHour / HOUR_MS;
        this.random = random;
        this.letters = Math.min(AT_ONCE, mostPerHour);
        this.atMs = nowMs;
    }

    boolean allows(long nowMs) {
        letters = Math.min(AT_ONCE, letters + perMs * Math.max(0, nowMs - atMs));
        atMs = nowMs;
        return nowMs >= notBeforeMs && letters >= 1;
    }

    void sent() {
        letters--;
        failures = 0;
        notBeforeMs = Long.MIN_VALUE;
    }

    /// A letter that did not arrive does not count.
    void failed(long nowMs) {
        long wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(2 * failures, 20));
        // so that channels that failed together do not try together
        notBeforeMs = nowMs + (long) (wait * (0.8 + 0.4 * random.nextDouble()));
        failures++;
    }
}
