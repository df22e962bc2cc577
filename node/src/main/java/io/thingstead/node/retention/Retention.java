package io.thingstead.node.retention;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.Erasures;
import io.thingstead.node.log.Erasures.Erased;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Erases the contents of this member's logs that are older than the rules say, on a thread of its own.
///
/// Two phases, so that no crash leaves bytes behind. First, in one synced batch, contents and salts are written over
/// with their commitments, and a list says which: from then on nobody reads them. Then their bytes are taken off the
/// disk: out of the store's tables, the series' files, and the copy from before an upgrade; only after that the list
/// is not pending any more. What a crash leaves pending is done at the next start.
///
/// Only what is final is erased, so that every proof of the rest holds, and only what the views have taken. Time is
/// that of the newest block, where the clock is ahead of it: one wrong clock among several erases nothing.
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int READ_LEAVES = 2_000;
    /// Leaves whose bytes are taken off the disk together.
    private static final int TOGETHER = 200_000;

    private final Store store;
    private final Disk disk;
    private final List<LogReader> logs;
    private final LedgerReader ledger;
    private final ErasableViews views;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final Rules rules;
    private final Thread thread = Thread.ofVirtual().name("retention").unstarted(this::keepRunning);
    private final AtomicLong erased = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean closing;

    /// What has bytes on the disk beside the store's rows.
    public interface Disk {
        /// Takes what was written over off the disk.
        void purge(List<KeyRange> keys);

        /// Takes copies of the store away that the node keeps itself.
        void dropCopies();
    }

    /// @param logs the member's, the one in use last
    /// @param views of the log in use
    /// @param onFailure told of trouble; it is tried again later
    public Retention(
            Store store,
            Disk disk,
            List<LogReader> logs,
            LedgerReader ledger,
            ErasableViews views,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure) {
        this.store = store;
        this.disk = disk;
        this.logs = List.copyOf(logs);
        this.ledger = ledger;
        this.views = views;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
        this.rules = new Rules(store);
    }

    public Collection<Rule> rules() {
        return rules.all().values();
    }

    public synchronized void set(Rule rule) {
        rules.set(rule);
    }

    /// Whether there was a rule.
    public synchronized boolean remove(Optional<DeviceId> device) {
        return rules.remove(device);
    }

    /// Leaves whose bytes may still be on the disk.
    public long pending() {
        return logs.stream()
                .flatMap(log -> erasures(log.id()).pending().stream())
                .mapToLong(list -> list.leaves().size())
                .sum();
    }

    /// Leaves that were erased since the start.
    public long erased() {
        return erased.get();
    }

    public void start() {
        thread.start();
    }

    private void keepRunning() {
        try {
            while (!closing) {
                try {
                    run();
                } catch (RuntimeException e) {
                    if (!closing) onFailure.accept(e);
                }
                if (end.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Erases what is too old now. Returns when its bytes are gone.
    ///
    /// @return how many leaves
    public synchronized long run() {
        removeBytes();
        long count = 0;
        Map<Optional<DeviceId>, Rule> all = rules.all();
        long now = nowMs();
        for (Rule rule : all.values()) {
            Predicate<DeviceId> isMeant = rule.device()
                    .<Predicate<DeviceId>>map(only -> only::equals)
                    .orElse(device -> !all.containsKey(Optional.of(device)));
            for (LogReader log : logs) count += run(rule, log, now - rule.days() * DAY_MS, isMeant);
        }
        removeBytes();
        return count;
    }

    /// Erases all that was received of a device before a time. Returns when its bytes are gone.
    ///
    /// @return how many leaves
    public long erase(DeviceId device, long beforeMs) {
        return erase(Set.of(device), beforeMs);
    }

    /// The same of several.
    public synchronized long erase(Set<DeviceId> devices, long beforeMs) {
        removeBytes();
        long count = 0;
        long until = Math.min(beforeMs, nowMs() + 1);
        for (LogReader log : logs) count += look(log, 0, until, devices::contains, (_, _) -> {});
        removeBytes();
        return count;
    }

    private long run(Rule rule, LogReader log, long untilMs, Predicate<DeviceId> isMeant) {
        return look(
                log,
                rules.cursor(rule, log.id()),
                untilMs,
                isMeant,
                (next, batch) -> Rules.moved(rule, log.id(), next, batch));
    }

    /// Told how far a look came, in the batch that erases what it found.
    private interface Progress {
        void at(long next, Batch batch);
    }

    /// Goes on until the first leaf that is not old enough: they came one after another.
    private long look(LogReader log, long from, long untilMs, Predicate<DeviceId> isMeant, Progress progress) {
        long end = end(log);
        long count = 0;
        long together = 0;
        long next = from;
        boolean isOld = true;
        while (isOld && next < end && !closing) {
            List<LeafRecord> found = new ArrayList<>();
            long before = next;
            for (LeafRecord leaf : log.leaves(next, (int) Math.min(READ_LEAVES, end - next))) {
                isOld = leaf.isErased() || leaf.receivedMs() < untilMs;
                if (!isOld) break;
                next = leaf.index() + 1;
                if (leaf.isFrame() && isMeant.test(leaf.stream().device())) found.add(leaf);
            }
            if (next == before) break;
            Batch batch = store.newBatch();
            int now = erasures(log.id()).erase(found, batch).size();
            progress.at(next, batch);
            // Crash point: before, nothing of these leaves is erased; after, all of them are and their bytes are
            // pending.
            if (!batch.isEmpty()) store.write(batch);
            count += now;
            together += now;
            if (together >= TOGETHER) {
                removeBytes();
                together = 0;
            }
        }
        erased.addAndGet(count);
        return count;
    }

    private long end(LogReader log) {
        LogRecord record = ledger.log(log.id());
        long fin = record == null ? 0 : Math.min(record.size(), log.size());
        return isInUse(log.id()) ? Math.min(fin, views.taken()) : fin;
    }

    private boolean isInUse(LogId log) {
        return log.equals(logs.getLast().id());
    }

    private Erasures erasures(LogId log) {
        return new Erasures(log, store);
    }

    private void removeBytes() {
        for (LogReader log : logs) {
            Erasures erasures = erasures(log.id());
            List<Erased> pending = erasures.pending();
            if (pending.isEmpty()) continue;
            long leaves =
                    pending.stream().mapToLong(list -> list.leaves().size()).sum();
            disk.dropCopies();
            Batch evidence = store.newBatch();
            erasures.eraseEvidence(pending, evidence);
            if (!evidence.isEmpty()) store.write(evidence);
            if (isInUse(log.id())) {
                var all = new TreeSet<Long>();
                pending.forEach(list -> all.addAll(list.leaves()));
                views.erase(all);
            }
            disk.purge(erasures.ranges(pending));
            // Crash point: before, all of it is done again; after, no file of the member holds the bytes.
            Batch batch = store.newBatch();
            erasures.gone(pending, batch);
            store.write(batch);
            LOG.info("erased the contents of {} leaves of log {}", leaves, log.id());
        }
    }

    private long nowMs() {
        return Math.min(clockMs.getAsLong(), ledger.head().blockTime());
    }

    @Override
    public void close() {
        closing = true;
        end.countDown();
        // What is under way ends first: the store is closed after this.
        synchronized (this) {
            LOG.debug("retention ended");
        }
    }
}
