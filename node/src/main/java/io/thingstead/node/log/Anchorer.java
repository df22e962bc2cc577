package io.thingstead.node.log;

import io.thingstead.kit.model.Refused;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

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
        var every = interval;
        try {
            while (true) {
                // From the start of one round to the start of the next: how long the ledger takes is not added.
                var began = System.nanoTime();
                every = round() ? interval : longer(every);
                TimeUnit.NANOSECONDS.sleep(began + every.toNanos() - System.nanoTime());
            }
        } catch (InterruptedException e) {
            // closed
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }

    private static Duration longer(Duration every) {
        var twice = every.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /// Anchors the newest checkpoint, if it is newer than the last anchor. False: it did not succeed, try less often.
    boolean round() throws InterruptedException {
        var asked = ask();
        if (asked.isEmpty()) return true;
        var refused = answer(asked.get());
        if (refused.isPresent()) {
            LOG.warn("the newest checkpoint of log {} was not anchored: {}", log.id(), refused.get());
            return false;
        }
        anchoredSize = target.anchored().size();
        return true;
    }

    /// Asks the ledger to anchor the newest checkpoint, if it is newer than the last anchor. Whoever runs rounds of its
    /// own asks here; a question whose answer does not come may be asked again.
    public Optional<CompletionStage<Optional<Refused>>> ask() {
        var last = target.anchored();
        requireOwn(last);
        anchoredSize = last.size();
        return log.checkpoint()
                .filter(newest -> newest.size() > last.size())
                .map(to -> target.anchor(last.size(), to, log.consistencyProof(last.size(), to.size())));
    }

    private static Optional<String> answer(CompletionStage<Optional<Refused>> asked) throws InterruptedException {
        try {
            return asked.toCompletableFuture()
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
