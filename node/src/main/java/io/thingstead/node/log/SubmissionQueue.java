package io.thingstead.node.log;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Frames that wait for the sequencer: bounded by count and by bytes. Full means refused as busy, never waiting.
final class SubmissionQueue {
    private static final int MOST_FRAMES = 16_384;
    private static final long MOST_BYTES = 64L << 20;

    private final ArrayBlockingQueue<Submission> frames = new ArrayBlockingQueue<>(MOST_FRAMES);
    private final AtomicLong bytes = new AtomicLong();

    boolean offer(Submission frame) {
        int length = frame.content().length;
        if (bytes.addAndGet(length) <= MOST_BYTES && frames.offer(frame)) return true;
        bytes.addAndGet(-length);
        return false;
    }

    int size() {
        return frames.size();
    }

    /// Moves everything that waits into `into`.
    void drain(List<Submission> into) {
        frames.drainTo(into);
        leave(into);
    }

    /// Moves what is there into `into`, without waiting.
    void take(List<Submission> into, int most) {
        frames.drainTo(into, most);
        leave(into);
    }

    /// Waits for a frame, at most `waitNanos`, lets it linger for company, and moves what is there into `into`.
    void take(List<Submission> into, int most, long waitNanos, Linger linger, LongSupplier nanos)
            throws InterruptedException {
        var first = frames.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (first == null) return;
        into.add(first);
        long patience = linger.nanos(1 + frames.size());
        if (patience > 0) LockSupport.parkNanos(patience);
        frames.drainTo(into, most - 1);
        linger.took(into.size(), nanos.getAsLong());
        leave(into);
    }

    private void leave(List<Submission> taken) {
        long length = 0;
        for (var frame : taken) length += frame.content().length;
        bytes.addAndGet(-length);
    }
}
