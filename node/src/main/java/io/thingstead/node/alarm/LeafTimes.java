package io.thingstead.node.alarm;

import java.util.ArrayDeque;

/// About when which leaf was received, so that after a restart what rules look back at is read again from there.
final class LeafTimes {
    /// At most so many leaves are read again.
    static final long MOST_LEAVES = 200_000;
    private static final long EVERY_MS = 5_000;
    private static final int MOST = 200;

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    private record Mark(long receivedMs, long index) {}

    LeafTimes(long first) {
        marks.add(new Mark(Long.MIN_VALUE / 2, first));
    }

    void add(long index, long receivedMs) {
        if (receivedMs - marks.getLast().receivedMs < EVERY_MS) return;
        if (marks.size() == MOST) marks.removeFirst();
        marks.add(new Mark(receivedMs, index));
    }

    /// A leaf before which nothing was received since then.
    long since(long timeMs) {
        while (marks.size() > 1) {
            Mark first = marks.removeFirst();
            if (marks.getFirst().receivedMs > timeMs) {
                marks.addFirst(first);
                break;
            }
        }
        return marks.getFirst().index;
    }
}
