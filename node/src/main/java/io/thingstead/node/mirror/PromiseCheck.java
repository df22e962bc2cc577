package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.BrokenPromise.How;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.PromiseEvidence;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Looks whether a log kept what it promised, in this member's mirror of it; one that did not is brought to the ledger.
/// Whoever hands the promise in need not be believed: the log's key has signed it. One at a time.
public final class PromiseCheck {
    private static final long AGAIN_MS = 20;

    private final LedgerReader ledger;
    private final Mirrors mirrors;
    private final LedgerDesk desk;
    private final Semaphore turn = new Semaphore(1);

    /// What became of a promise.
    ///
    /// @param how of one that was broken; the ledger knows it now
    public record Outcome(
            LogId log,
            long index,
            Standing standing,
            @Nullable How how) {}

    /// How a promise stands.
    public enum Standing {
        /// The promised entry is final at its place.
        KEPT,
        /// Nothing is final at its place, and the time is not over.
        OPEN,
        /// It was not kept.
        BROKEN
    }

    PromiseCheck(LedgerReader ledger, Mirrors mirrors, LedgerDesk desk) {
        this.ledger = ledger;
        this.mirrors = mirrors;
        this.desk = desk;
    }

    /// Looks once.
    ///
    /// @param promise a COSE_Sign1 of kind `promise`, as a device got it
    public Result<Outcome> check(byte[] promise) {
        return check(promise, Duration.ZERO);
    }

    /// Evidence holds against the newest anchor, and a log in use is anchored again while its mirror catches up and
    /// the ledger decides: looks again as long as it is answered that something is not there yet.
    ///
    /// @param patience for how long
    public Result<Outcome> check(byte[] promise, Duration patience) {
        if (!turn.tryAcquire()) return Result.no(Refusal.BUSY, "another promise is being looked at: try again");
        try {
            Optional<LogRecord> log =
                    Promise.claimedLog(promise, ledger.head().ledger()).map(ledger::log);
            if (log.isEmpty())
                return Result.no(Refusal.EVIDENCE_INVALID, "not a promise of a log that this ledger knows");
            VerifyingKey key =
                    Objects.requireNonNull(ledger.key(log.get().key())).key();
            return switch (Promise.open(promise, ledger.head().ledger(), key)) {
                case Result.No<Promise>(Refused refused) -> Result.no(Refusal.EVIDENCE_INVALID, refused.text());
                case Result.Ok<Promise>(Promise read) -> check(promise, read, patience);
            };
        } finally {
            turn.release();
        }
    }

    private Result<Outcome> check(byte[] signed, Promise promise, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            Result<Outcome> found = look(signed, promise);
            boolean isThere = !(found instanceof Result.No<Outcome>(Refused no) && no.code() == Refusal.BUSY);
            if (isThere || System.nanoTime() >= until) return found;
            try {
                Thread.sleep(AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return found;
            }
        }
    }

    private Result<Outcome> look(byte[] signed, Promise promise) {
        LogRecord record = Objects.requireNonNull(ledger.log(promise.log()), "a log stays on the ledger");
        if (promise.index() >= record.size()) {
            long ledgerTime = ledger.head().blockTime() - ledger.suspendedMs();
            boolean isLate = ledgerTime - PromiseEvidence.GRACE_MS > promise.anchorBy();
            return isLate
                    ? bring(new PromiseEvidence(record.log(), signed, null), promise, record, How.LATE)
                    : found(promise, Standing.OPEN, null);
        }
        Optional<MirroredTree> mirrored = mirrors.log(record.log()).map(MirroredLog::tree);
        if (mirrored.isEmpty())
            return Result.no(Refusal.REQUEST_NOT_FOUND, "this member's own log: ask another member about its promises");
        MirroredTree tree = mirrored.get();
        if (tree.size() <= promise.index()) return behind();
        byte[] entry = tree.entry(promise.index());
        if (Arrays.equals(entry, promise.entry())) return found(promise, Standing.KEPT, null);
        Optional<BrokenPromise> known = known(promise);
        if (known.isPresent())
            return found(promise, Standing.BROKEN, known.get().how());
        if (tree.size() < record.size()) return behind();
        List<byte[]> path = tree.inclusionProof(promise.index(), record.size());
        return bring(
                new PromiseEvidence(record.log(), signed, new PromiseEvidence.Other(entry, path)),
                promise,
                record,
                How.REPLACED);
    }

    private static Result<Outcome> behind() {
        return Result.no(Refusal.BUSY, "the mirror of this log does not have all that is final yet: try again");
    }

    private Optional<BrokenPromise> known(Promise promise) {
        return ledger.brokenPromises().stream()
                .filter(broken -> broken.log().equals(promise.log()) && broken.index() == promise.index())
                .findFirst();
    }

    private Result<Outcome> bring(PromiseEvidence evidence, Promise promise, LogRecord against, How how) {
        try {
            Optional<Refused> refused = desk.ask(List.of(evidence));
            boolean isStale = refused.isPresent() && isAnchoredSince(against);
            if (isStale && refused.get().code() == Refusal.EVIDENCE_INVALID)
                return Result.no(Refusal.BUSY, "the log was anchored meanwhile: try again");
            return refused.isEmpty() || refused.get().code() == Refusal.EVIDENCE_KNOWN
                    ? found(promise, Standing.BROKEN, how)
                    : new Result.No<>(refused.get());
        } catch (IllegalStateException e) {
            return Result.no(Refusal.BUSY, "the promise is broken, but the ledger does not decide now: try again");
        }
    }

    private boolean isAnchoredSince(LogRecord before) {
        return Objects.requireNonNull(ledger.log(before.log())).size() != before.size();
    }

    private static Result<Outcome> found(Promise promise, Standing standing, @Nullable How how) {
        return Result.ok(new Outcome(promise.log(), promise.index(), standing, how));
    }
}
