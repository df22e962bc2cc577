package io.thingstead.node.log;

import io.thingstead.kit.model.Refused;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a log's newest checkpoint to the ledger whenever the log has grown, at most once in an interval.
/// It remembers nothing: each round asks the ledger where the last anchor stands and goes on from there, so that a
/// repeated, late or lost request does no harm.
public final class Anchorer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Anchorer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final LogReader log;
    private final AnchorTarget target;
    private final Duration interval;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile long anchoredSize;

    /// @param onFailure told when the ledger anchored something that this log is not: the process must end, because it
    ///     would sign a fork
    public Anchorer(LogReader log, AnchorTarget target, Duration interval, Consumer<Throwable> onFailure) {
        this.log = log;
        this.target = target;
        this.interval = interval;
        this.onFailure = onFailure;
        anchoredSize = target.anchored().size();
        thread = Thread.ofVirtual().name("anchorer " + log.id()).unstarted(this::run);
    }

    /// Leaves below it are final, as far as this node knows.
    public long anchoredSize() {
        return anchoredSize;
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        var pause = interval;
        try {
            while (true) {
                Thread.sleep(pause);
                pause = round() ? interval : longer(pause);
            }
        } catch (InterruptedException e) {
            // closed
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /// Anchors the newest checkpoint, if it is newer than the last anchor. False: it did not succeed, try less often.
    boolean round() throws InterruptedException {
        var last = target.anchored();
        requireOwn(last);
        anchoredSize = last.size();
        var newest = log.checkpoint();
        if (newest.isEmpty() || newest.get().size() <= last.size()) return true;
        var refused = anchor(last.size(), newest.get());
        if (refused.isPresent()) {
            LOG.warn(
                    "checkpoint {} of log {} was not anchored: {}", newest.get().size(), log.id(), refused.get());
            return false;
        }
        anchoredSize = target.anchored().size();
        return true;
    }

    private Optional<String> anchor(long from, SignedCheckpoint to) throws InterruptedException {
        try {
            return target.anchor(from, to, log.consistencyProof(from, to.size()))
                    .toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .map(Refused::toString);
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            return Optional.of("no answer in " + PATIENCE.toSeconds() + " s");
        }
    }

    private void requireOwn(AnchorTarget.Anchored anchor) {
        if (anchor.size() > log.size() || !Arrays.equals(log.rootAt(anchor.size()), anchor.root()))
            throw new IllegalStateException(
                    "the ledger anchored size %d of log %s, which is not this log".formatted(anchor.size(), log.id()));
    }
}
