package io.thingstead.node.view;

import io.thingstead.node.log.AppendedLeaf;
import io.thingstead.node.log.LogListener;
import io.thingstead.node.log.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings a view up to the log's end and keeps it there, on a thread of its own.
///
/// Appended leaves come through a [HandOff] of bounded memory. When the sink is slower than the log the hand-off
/// drops what it has, and the follower reads the missing leaves back from the log: the sequencer never waits, and
/// nothing is missed.
public final class LogFollower implements LogListener, AutoCloseable {
    /// Readings a sink takes at once, so that no batch grows without bound while it is behind.
    private static final int BATCH_READINGS = 50_000;
    private static final int READ_LEAVES = 2_000;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(3);

    private final LogReader log;
    private final FrameSink sink;
    private final HandOff handOff;
    private final Duration pause;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile long next;
    private final AtomicLong readBack = new AtomicLong();

    /// @param pause how long to gather leaves for one batch
    /// @param onFailure told when the sink failed; the follower tries again
    public LogFollower(String name, LogReader log, FrameSink sink, Duration pause, Consumer<Throwable> onFailure) {
        this.log = log;
        this.sink = sink;
        this.pause = pause;
        this.onFailure = onFailure;
        this.handOff = new HandOff();
        this.next = sink.next();
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /// Starts at the sink's next leaf. The follower should listen to the log before, or it reads the log to find news.
    public void start() {
        thread.start();
    }

    @Override
    public void appended(List<AppendedLeaf> leaves) {
        handOff.put(leaves);
    }

    /// Leaves of the log that the sink has not taken yet.
    public long behind() {
        return Math.max(0, log.size() - next);
    }

    /// Leaves that had to be read back from the log because the hand-off did not have them.
    public long readBack() {
        return readBack.get();
    }

    private void run() {
        LowPriority.ofThisThread();
        try {
            // At least once: a follower that is closed as soon as it started still takes what is there.
            do {
                try {
                    follow();
                } catch (RuntimeException e) {
                    onFailure.accept(e);
                    // the sink takes a batch whole or not at all, so it is given again
                    next = sink.next();
                    pause(AFTER_FAILURE);
                }
            } while (!closing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits so long, or until the follower is closed.
    private void pause(Duration length) throws InterruptedException {
        var _ = closed.await(length.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void follow() throws InterruptedException {
        while (!closing) {
            if (behind() == 0 && !handOff.await(Duration.ofMillis(500))) continue;
            if (behind() < READ_LEAVES) pause(pause);
            catchUp();
        }
        catchUp();
    }

    /// Takes what the log has now, not what it gets meanwhile: a sink's cost is by the batch, and after a long batch
    /// the
    /// log is always a little ahead.
    private void catchUp() {
        long end = log.size();
        while (next < end) {
            var frames = new ArrayList<LoggedFrame>();
            long upTo = gather(frames);
            if (upTo == next) return;
            sink.take(frames, upTo);
            next = upTo;
            if (closing && behind() > 10 * READ_LEAVES) return;
        }
    }

    /// Frames from `next` on, from the hand-off where it has them, else from the log.
    private long gather(List<LoggedFrame> frames) {
        long upTo = next;
        int readings = 0;
        while (readings < BATCH_READINGS) {
            @Nullable List<AppendedLeaf> leaves = handOff.take(upTo);
            if (leaves == null) {
                var missing = log.leaves(upTo, (int) Math.min(READ_LEAVES, handOff.first(log.size()) - upTo));
                if (missing.isEmpty()) break;
                for (var leaf : missing) {
                    var frame = LoggedFrame.of(leaf);
                    frames.add(frame);
                    readings += frame.readings().size();
                }
                upTo += missing.size();
                readBack.addAndGet(missing.size());
            } else {
                for (var leaf : leaves) {
                    if (leaf.index() < upTo) continue;
                    var frame = LoggedFrame.of(leaf);
                    frames.add(frame);
                    readings += frame.readings().size();
                    upTo++;
                }
            }
        }
        return upTo;
    }

    /// Takes what is left, unless the sink is far behind: it goes on from its cursor at the next start.
    @Override
    public void close() {
        closing = true;
        closed.countDown();
        handOff.close();
        try {
            thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
