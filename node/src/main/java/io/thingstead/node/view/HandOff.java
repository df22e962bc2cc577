package io.thingstead.node.view;

import io.thingstead.node.log.AppendedLeaf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Appended leaves between the sequencer's thread and a view's, in bounded memory. What does not fit is dropped, all
/// of it: whoever takes finds out by the index and reads the log instead.
final class HandOff {
    private static final int MAX_READINGS = 150_000;

    private final ArrayDeque<List<AppendedLeaf>> batches = new ArrayDeque<>();
    private int readings;
    private boolean closed;

    synchronized void put(List<AppendedLeaf> leaves) {
        int count = count(leaves);
        if (readings + count > MAX_READINGS) {
            batches.clear();
            readings = 0;
        }
        if (count <= MAX_READINGS) {
            batches.add(leaves);
            readings += count;
        }
        notifyAll();
    }

    /// The next batch that reaches beyond `index`, if it starts at `index` or before.
    synchronized @Nullable List<AppendedLeaf> take(long index) {
        while (true) {
            var head = batches.peek();
            if (head == null || head.getFirst().index() > index) return null;
            batches.remove();
            readings -= count(head);
            if (head.getLast().index() >= index) return head;
        }
    }

    /// The first index that waits here, or `otherwise`.
    synchronized long first(long otherwise) {
        var head = batches.peek();
        return head == null ? otherwise : head.getFirst().index();
    }

    /// Whether something waits, after waiting for it.
    synchronized boolean await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (batches.isEmpty() && !closed) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) break;
            wait(left);
        }
        return !batches.isEmpty();
    }

    /// Ends all waiting.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private static int count(List<AppendedLeaf> leaves) {
        int count = 0;
        for (var leaf : leaves) {
            var carried = leaf.submission().readings();
            count += carried == null ? 1 : carried.size();
        }
        return count;
    }
}
