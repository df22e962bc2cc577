package io.thingstead.node.view.live;

import java.util.ArrayDeque;

/// How far the log is final, and how long readings wait for it.
final class Finality {
    private static final int MAX_MARKS = 4_096;

    private final ArrayDeque<Mark> waiting = new ArrayDeque<>();
    private long anchored;
    private long lagMs = -1;

    /// Leaves before `upTo`, received at `receivedMs` or later.
    private record Mark(long upTo, long receivedMs) {}

    synchronized void appended(long upTo, long receivedMs) {
        if (upTo <= anchored) return;
        // when full, the newest mark takes in the next: the wait seems longer than it is, never shorter
        if (waiting.size() == MAX_MARKS) waiting.addLast(new Mark(upTo, waiting.removeLast().receivedMs));
        else waiting.addLast(new Mark(upTo, receivedMs));
    }

    synchronized void anchored(long size, long nowMs) {
        if (size <= anchored) return;
        anchored = size;
        long longest = -1;
        while (!waiting.isEmpty() && waiting.getFirst().upTo <= size)
            longest = Math.max(longest, nowMs - waiting.removeFirst().receivedMs);
        if (longest >= 0) lagMs = longest;
    }

    synchronized long anchored() {
        return anchored;
    }

    /// The longest wait in the newest anchor, or that of the oldest reading still waiting when it is longer; -1 when
    /// nothing has become final yet.
    synchronized long lagMs(long nowMs) {
        return waiting.isEmpty() ? lagMs : Math.max(lagMs, nowMs - waiting.getFirst().receivedMs);
    }
}
