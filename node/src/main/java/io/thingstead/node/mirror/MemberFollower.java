package io.thingstead.node.mirror;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.LogEvidence;
import io.thingstead.node.storage.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the logs of one other member, on a thread of its own: soon after each anchor, and else now and then. A
/// member that does not answer, or not rightly, is asked less and less often.
final class MemberFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberFollower.class);
    private static final long PAUSE_MS = 1_500;
    private static final long POLL_MS = 5_000;
    /// Between the steps of a mirror that is behind: members bound how much they are asked in a second.
    private static final long STEP_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 30_000;

    private final MemberId member;
    private final Mirrors mirrors;
    private final OtherMembers others;
    private final LongSupplier clockMs;
    private final LongSupplier nanos;
    private final Semaphore signal = new Semaphore(0);
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread;
    /// Of the logs by name: from where on the member tells next what it holds.
    private int heldFrom;
    private long lookedNanos;

    /// @param nanos how time passes, as `System.nanoTime`
    MemberFollower(MemberId member, Mirrors mirrors, OtherMembers others, LongSupplier clockMs, LongSupplier nanos) {
        this.member = member;
        this.mirrors = mirrors;
        this.others = others;
        this.clockMs = clockMs;
        this.nanos = nanos;
        lookedNanos = nanos.getAsLong() - TimeUnit.MILLISECONDS.toNanos(POLL_MS);
        thread = Thread.ofVirtual().name("mirror of " + member).unstarted(this::run);
    }

    void start() {
        if (started.compareAndSet(false, true)) thread.start();
    }

    /// There is something new.
    void wake() {
        if (signal.availablePermits() == 0) signal.release();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long pause = PAUSE_MS;
        try {
            while (true) {
                Round round = round();
                pause = round == Round.FAILED ? Math.min(2 * pause, LONGEST_PAUSE_MS) : PAUSE_MS;
                Thread.sleep(round == Round.MORE ? STEP_PAUSE_MS : pause);
                if (round == Round.DONE && signal.tryAcquire(POLL_MS - PAUSE_MS, TimeUnit.MILLISECONDS))
                    signal.drainPermits();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /// What came of asking the member once for each of its logs.
    enum Round {
        MORE,
        DONE,
        FAILED
    }

    Round round() {
        boolean looks = nanos.getAsLong() - lookedNanos >= TimeUnit.MILLISECONDS.toNanos(POLL_MS);
        if (looks) lookedNanos = nanos.getAsLong();
        Round all = Round.DONE;
        for (LogRecord record : mirrors.ledger().logs()) {
            if (!record.log().member().equals(member)) continue;
            Round one = follow(record, looks);
            if (all == Round.DONE || one == Round.FAILED) all = one;
        }
        if (looks && all != Round.MORE && !hear()) all = Round.FAILED;
        return all;
    }

    /// Asks what the member holds and which checkpoints it saw. False: it did not say.
    private boolean hear() {
        try {
            MemberAnswer answer = others.ask(member, "/held/" + heldFrom, HeldEntry.MAX_BYTES);
            if (!answer.isOk()) return false;
            List<HeldEntry> entries = HeldEntry.decode(answer.body());
            heldFrom = entries.isEmpty() ? 0 : heldFrom + entries.size();
            if (heldFrom >= mirrors.ledger().logs().size()) heldFrom = 0;
            mirrors.holdings().heard(member, entries);
            return true;
        } catch (MemberUnreachable | Misanswer e) {
            LOG.debug("{}", e.getMessage());
            return false;
        }
    }

    private Round follow(LogRecord record, boolean looks) {
        MirroredLog log = mirrors.log(record);
        Watch watch = mirrors.watch(record.log());
        Round round;
        try {
            LogSource owner = new LogSource(others, member, record.origin());
            boolean more = log.step(owner, record, () -> anchors(record));
            if (looks && !more && record.closed() == null) log.look(owner, record);
            more |= !more && mirrors.contents().step(others, log);
            if (looks) more |= mirrors.erasures().step(others, log.id());
            watch.well(log.tree().size(), record.size(), clockMs.getAsLong());
            round = more ? Round.MORE : Round.DONE;
        } catch (MemberUnreachable | Misanswer e) {
            watch.trouble(String.valueOf(e.getMessage()), clockMs.getAsLong());
            round = stepElsewhere(record, log) ? Round.MORE : missed(record);
        } catch (StoreException e) {
            // The store tells the node itself.
            watch.trouble("what came cannot be kept: " + e.getMessage(), clockMs.getAsLong());
            round = Round.FAILED;
        }
        log.fork().ifPresent(fork -> accuse(record, log, fork));
        return round;
    }

    /// What is missing of a closed log may be lost for good: the member's other logs are followed all the same.
    private static Round missed(LogRecord record) {
        return record.closed() == null ? Round.FAILED : Round.DONE;
    }

    private List<Event.Anchor> anchors(LogRecord record) {
        return Mirrors.anchors(mirrors.ledger(), record.log());
    }

    /// Where the owner gives nothing out, those that hold the log do. True: there was something to fetch, and it came.
    private boolean stepElsewhere(LogRecord record, MirroredLog log) {
        if (log.tree().size() >= record.size()) return false;
        for (MemberId holder :
                mirrors.holdings().holders(record.log(), log.tree().size())) {
            if (holder.equals(member) || holder.equals(mirrors.self())) continue;
            try {
                long before = log.tree().size();
                LogRecord until = until(record, mirrors.holdings().stated(record.log(), holder));
                log.step(new LogSource(others, holder, record.origin()), until, () -> anchors(record));
                if (log.tree().size() > before) return true;
            } catch (MemberUnreachable | Misanswer e) {
                LOG.debug("{} gives out nothing of log {}: {}", holder, record.log(), e.getMessage());
            }
        }
        return false;
    }

    /// The log as of the last anchor that somebody has all of: what was anchored just before its owner lost it, nobody
    /// may have.
    private LogRecord until(LogRecord record, long held) {
        return anchors(record).stream()
                .filter(anchor -> anchor.toSize() <= held)
                .findFirst()
                .map(anchor -> record.asOf(anchor.toSize(), anchor.root()))
                .orElse(record);
    }

    private void accuse(LogRecord record, MirroredLog log, Fork fork) {
        if (mirrors.ledger().fork(record.log()).isPresent()) return;
        Optional<LogEvidence> evidence = fork.evidence(record, log.tree());
        if (evidence.isEmpty()) return;
        try {
            Optional<Refused> refused = mirrors.desk().ask(List.of(evidence.get()));
            if (refused.isEmpty()) LOG.error("log {} showed two faces: {}", record.log(), fork.inWords());
            else if (refused.get().code() != Refusal.EVIDENCE_KNOWN)
                LOG.warn("evidence against log {} was not taken: {}", record.log(), refused.get());
        } catch (IllegalStateException e) {
            LOG.warn("evidence against log {} waits: {}", record.log(), e.getMessage());
        }
    }
}
