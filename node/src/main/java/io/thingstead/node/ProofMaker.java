package io.thingstead.node;

import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Anchor;
import io.thingstead.kit.proof.Inclusion;
import io.thingstead.kit.proof.KeyStanding;
import io.thingstead.kit.proof.ProofFile;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.log.KeptLeaf;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Puts proofs together: the reading out of the log, its anchor, key and certificate out of the ledger.
public final class ProofMaker {
    private static final int ATTEMPTS = 20;

    private final List<LogReader> logs;
    private final LedgerReader ledger;
    private final Predicate<MemberId> removed;

    /// @param logs of the member, the one in use last
    public ProofMaker(List<LogReader> logs, LedgerReader ledger) {
        this(logs, ledger, ledger::isRemoved);
    }

    /// @param removed whether a member was removed, as far as is known here
    ProofMaker(List<LogReader> logs, LedgerReader ledger, Predicate<MemberId> removed) {
        this.logs = List.copyOf(logs);
        this.ledger = ledger;
        this.removed = removed;
    }

    /// The proof of a device's frame, in whichever log it is.
    public Result<byte[]> prove(DeviceId device, long n) {
        for (LogReader log : logs.reversed()) {
            OptionalLong index = log.find(device, n);
            if (index.isPresent()) {
                return prove(log, index.getAsLong());
            }
        }
        return Result.no(
                Refusal.REQUEST_NOT_FOUND,
                "no frame with number " + n + " of device " + device + " is kept here" + ifLost(device));
    }

    private String ifLost(DeviceId device) {
        return device.member().equals(logs.getLast().id().member())
                        && logs.stream().anyMatch(this::isLost)
                ? "; " + device.member()
                        + " lost the data of a log before, and closed it: proofs that were made of it hold"
                : "";
    }

    /// Whether leaves that were final are not here any more.
    private boolean isLost(LogReader log) {
        LogRecord record = ledger.log(log.id());
        return record != null && record.isLost() && log.size() < record.size();
    }

    /// The proof of the frame at a leaf of the log in use, or why there is none: no such leaf, or not final yet.
    public Result<byte[]> prove(long index) {
        return prove(logs.getLast(), index);
    }

    private Result<byte[]> prove(LogReader log, long index) {
        Optional<LeafRecord> leaf = log.leaf(index);
        if (leaf.isEmpty()) {
            return Result.no(Refusal.REQUEST_NOT_FOUND, "the log has no leaf " + index);
        }
        if (leaf.get().isErased()) {
            return Result.no(
                    Refusal.CONTENT_ERASED,
                    "the content of leaf " + index + " (frame " + leaf.get().n() + " of "
                            + leaf.get().stream().device()
                            + ") was erased: that it existed the log still shows, what it said nobody can show any more");
        }
        return leaf.get().isFrame()
                ? prove(KeptLeaf.of(log, leaf.get()))
                : Result.no(Refusal.REQUEST_NOT_FOUND, "leaf " + index + " holds no readings");
    }

    /// The proof of the frame at a leaf of any log that is here.
    Result<byte[]> prove(KeptLeaf leaf) {
        Optional<Event> event = ledger.anchorCovering(leaf.log(), leaf.index());
        if (event.isEmpty()) {
            return isAnchoredBefore(leaf) ? missing() : notFinal(leaf.log().member());
        }
        if (event.get().anchor().orElseThrow().toSize() > leaf.treeSize()) {
            return lacking(leaf.log());
        }
        // A block may change the key's record between the look at the head and at the record: then take the newer head.
        for (int i = 0; i < ATTEMPTS; i++) {
            var certified = ledger.certified();
            if (certified.isEmpty()
                    || certified.get().head().eventsSize() <= event.get().number()) {
                return Result.no(
                        Refusal.PROOF_NOT_FINAL, "decided, but the members' signatures are still to come: try again");
            }
            Optional<List<byte[]>> path = certified.get().eventPath(event.get().number());
            if (path.isEmpty()) {
                return missing();
            }
            Optional<byte[]> file = prove(leaf, event.get(), path.get(), certified.get());
            if (file.isPresent()) {
                return Result.ok(file.get());
            }
            Thread.onSpinWait();
        }
        return Result.no(Refusal.BUSY, "the key's record changes too often: try again");
    }

    /// Whether the leaf is final by an anchor that is not here.
    private boolean isAnchoredBefore(KeptLeaf leaf) {
        LogRecord record = ledger.log(leaf.log());
        return record != null
                && record.size() > leaf.index()
                && !ledger.missingEvents().isEmpty();
    }

    /// The log here is shorter than what the ledger has of it.
    private Result<byte[]> lacking(LogId log) {
        return logs.stream().anyMatch(own -> own.id().equals(log))
                ? Result.no(
                        Refusal.PROOF_HISTORY,
                        "final under a head of log " + log + " of which this member lost the last leaves: no proof can"
                                + " be made here any more; those that were made hold")
                : Result.no(
                        Refusal.PROOF_NOT_FINAL,
                        "final, but not all of log " + log + " is mirrored here yet: try again");
    }

    private Result<byte[]> notFinal(MemberId member) {
        return removed.test(member)
                ? Result.no(
                        Refusal.MEMBER_REMOVED,
                        "accepted, but not final when " + member + " was removed from the ledger: it has no proof")
                : Result.no(Refusal.PROOF_NOT_FINAL, "accepted, not yet final: try again in a second");
    }

    private static Result<byte[]> missing() {
        return Result.no(
                Refusal.PROOF_HISTORY,
                "final, but the ledger's history from before is still being fetched from the other members: try again");
    }

    private Optional<byte[]> prove(
            KeptLeaf leaf, Event event, List<byte[]> path, LedgerReader.CertifiedHead certified) {
        LedgerHead head = certified.head();
        var proven = certified.prove(StateKeys.key(leaf.key()));
        if (event.number() >= head.eventsSize() || proven.isEmpty()) {
            return Optional.empty();
        }
        Anchor anchor = Anchor.of(event.leaf(), head.eventsSize(), path);
        long treeSize = anchor.event().toSize();
        ProofFile file = new ProofFile(
                head.era(),
                verdict(KeyRecord.decode(proven.get().value()), event, leaf).label(),
                ReadingLeaf.of(leaf.salt(), leaf.receivedMs(), leaf.content()),
                new Inclusion(
                        leaf.log(), leaf.index(), treeSize, leaf.inclusion().apply(treeSize)),
                anchor,
                KeyStanding.of(
                        proven.get().value(),
                        StateProof.decode(proven.get().proof()).orElseThrow()),
                certified.certificate());
        return Optional.of(file.write());
    }

    private Verdict verdict(KeyRecord key, Event event, KeptLeaf leaf) {
        Long validTo = key.validTo();
        if (validTo != null && event.number() >= validTo) {
            Long ended = key.endedAtMs();
            return ended != null && leaf.receivedMs() < ended ? Verdict.ACCEPTED_BEFORE_REVOCATION : Verdict.FALSE;
        }
        return ledger.era(event.era()).engine().equals(EraRecord.SOLO) ? Verdict.PROVEN_BY_ONE_MEMBER : Verdict.PROVEN;
    }
}
