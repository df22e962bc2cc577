package io.thingstead.node.mirror;

import io.thingstead.node.mirror.MirrorState.Condition;

/// What came of following a log lately. Told by its follower, read by any thread.
final class Watch {
    /// Anchors come every second: a mirror that lacks the last ones follows all the same.
    private static final long LAG_MS = 5_000;

    /// @param sinceMs since when the log is in this condition
    record Finding(Condition condition, long sinceMs, String text) {}

    private long wholeMs;
    private Finding last;

    Watch(long nowMs) {
        wholeMs = nowMs;
        last = new Finding(Condition.FOLLOWING, nowMs, "not asked yet");
    }

    /// Its owner answered, and what it answered was right.
    synchronized void well(long mirrored, long anchored, long nowMs) {
        if (mirrored >= anchored) wholeMs = nowMs;
        if (nowMs - wholeMs <= LAG_MS) find(Condition.FOLLOWING, "all that is final is kept", nowMs);
        else find(Condition.BEHIND, "catching up: %d of %d leaves are kept".formatted(mirrored, anchored), nowMs);
    }

    synchronized void trouble(String text, long nowMs) {
        find(Condition.UNREACHABLE, text, nowMs);
    }

    private void find(Condition condition, String text, long nowMs) {
        last = new Finding(condition, last.condition == condition ? last.sinceMs : nowMs, text);
    }

    synchronized Finding last() {
        return last;
    }
}
