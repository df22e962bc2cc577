package io.thingstead.node.log;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.Answer.Accepted;
import io.thingstead.node.log.Answer.Declined;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns a log's order: one thread takes the submitted frames, makes them durable a batch at a time, and only then
/// answers. While it waits for the disk the next batch gathers in the queue. It also signs the checkpoints, so that
/// none ever covers a leaf that is not synced.
public final class Sequencer {
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final int MOST_AT_ONCE = 1024;
    private static final long CHECKPOINT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SPACE_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SubmissionQueue queue = new SubmissionQueue();
    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
    private final Store store;
    private final Appender appender;
    private final GrowingTree tree;
    private final PublishedHead head;
    private final Checkpointer checkpointer;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;

    private final LongAdder accepted = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder declined = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder checkpoints = new LongAdder();

    private final LongSupplier nanos;
    private final Linger linger;
    /// Frames of the batch under way, not answered yet.
    private final List<Submission> taken = new ArrayList<>();

    private long signedSize;
    private long signedAt;
    private long spaceCheckedAt;
    private boolean lowOnSpace;
    private volatile boolean closing;
    private volatile boolean finished;

    Sequencer(
            Store store,
            Appender appender,
            GrowingTree tree,
            PublishedHead head,
            Checkpointer checkpointer,
            String name,
            LongSupplier nanos,
            Consumer<Throwable> onFailure) {
        this.store = store;
        this.appender = appender;
        this.tree = tree;
        this.head = head;
        this.checkpointer = checkpointer;
        this.onFailure = onFailure;
        this.nanos = nanos;
        linger = new Linger(nanos.getAsLong());
        signedAt = nanos.getAsLong() - CHECKPOINT_NANOS;
        spaceCheckedAt = nanos.getAsLong() - SPACE_CHECK_NANOS;
        var newest = head.checkpoint();
        signedSize = newest == null ? 0 : newest.size();
        thread = Thread.ofPlatform().name("sequencer " + name).unstarted(this::run);
    }

    /// Hands a frame over; never waits. Its answer comes after the sync, or at once when nothing more fits.
    public void submit(Submission frame) {
        if (closing) {
            deliver(frame, unavailable("the log is closed"));
        } else if (!queue.offer(frame)) {
            busy.increment();
            deliver(frame, FirstReceipts.declined(Refusal.BUSY, "too many frames wait already: send it again later"));
        } else if (finished) {
            declineQueued(); // the thread ended between the question and the offer
        }
    }

    public LogFigures figures() {
        return new LogFigures(
                accepted.sum(),
                duplicates.sum(),
                declined.sum(),
                busy.sum(),
                queue.size(),
                batches.sum(),
                checkpoints.sum());
    }

    /// Whether its thread takes frames.
    public boolean isRunning() {
        return !finished;
    }

    void listen(LogListener listener) {
        listeners.add(listener);
    }

    void start() {
        thread.start();
    }

    /// Ends after everything queued is durable, answered and under a checkpoint.
    void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        try {
            while (!closing || queue.size() > 0) {
                queue.take(taken, MOST_AT_ONCE, waitNanos(), linger, nanos);
                work();
            }
            if (tree.size() > signedSize) checkpoint();
        } catch (Throwable trouble) {
            stop(trouble);
        } finally {
            closing = true;
            finished = true;
            declineQueued();
        }
    }

    /// What the thread does in one round, for whoever drives a log step by step in its place: takes what waits, and
    /// returns when it is durable and answered. Not for a log that was started.
    void round() {
        if (finished) return;
        try {
            queue.take(taken, MOST_AT_ONCE);
            work();
        } catch (Throwable trouble) {
            stop(trouble);
            finished = true;
            declineQueued();
        }
    }

    private void work() {
        if (!taken.isEmpty()) append();
        if (isCheckpointDue()) checkpoint();
    }

    /// Whatever it is, memory and disk may differ now: nothing may be appended or signed any more.
    private void stop(Throwable trouble) {
        closing = true;
        taken.forEach(frame -> deliver(frame, unavailable("the log has stopped")));
        taken.clear();
        onFailure.accept(trouble);
    }

    private void append() {
        if (isLowOnSpace()) {
            taken.forEach(frame -> deliver(frame, unavailable("the disk is nearly full")));
        } else {
            taken.forEach(appender::add);
            var appended = appender.commit();
            batches.increment();
            head.publish(tree.edge());
            appended.answers().forEach(answered -> deliver(answered.submission(), answered.answer()));
            if (!appended.leaves().isEmpty()) tell(listener -> listener.appended(appended.leaves()));
        }
        taken.clear();
    }

    private void checkpoint() {
        var durable = head.tree();
        var signed = checkpointer.sign(durable.size(), durable.root());
        signedSize = signed.size();
        signedAt = nanos.getAsLong();
        head.publish(signed);
        checkpoints.increment();
        tell(listener -> listener.checkpoint(signed));
    }

    private boolean isCheckpointDue() {
        return tree.size() > signedSize && nanos.getAsLong() - signedAt >= CHECKPOINT_NANOS;
    }

    /// How long to wait for a frame: until the next checkpoint is due, or, with none due, as long as a closing log may
    /// take to notice.
    private long waitNanos() {
        if (tree.size() == signedSize) return CHECKPOINT_NANOS;
        return Math.max(0, CHECKPOINT_NANOS - (nanos.getAsLong() - signedAt));
    }

    private boolean isLowOnSpace() {
        long now = nanos.getAsLong();
        if (now - spaceCheckedAt >= SPACE_CHECK_NANOS) {
            lowOnSpace = store.lowOnSpace();
            spaceCheckedAt = now;
        }
        return lowOnSpace;
    }

    private void declineQueued() {
        var left = new ArrayList<Submission>();
        queue.drain(left);
        left.forEach(frame -> deliver(frame, unavailable("the log has stopped")));
    }

    private static Declined unavailable(String why) {
        return FirstReceipts.declined(Refusal.STORE_UNAVAILABLE, "nothing can be accepted now: " + why);
    }

    private void deliver(Submission frame, Answer answer) {
        count(answer);
        try {
            frame.answer().accept(answer);
        } catch (RuntimeException e) {
            LOG.error("an answer could not be delivered; the frame is what its answer says", e);
        }
    }

    private void count(Answer answer) {
        switch (answer) {
            case Accepted first when !first.duplicate() -> accepted.increment();
            case Accepted _ -> duplicates.increment();
            case Declined _ -> declined.increment();
        }
    }

    private void tell(Consumer<LogListener> news) {
        for (var listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a follower of the log failed; it catches up from the log", e);
            }
        }
    }
}
