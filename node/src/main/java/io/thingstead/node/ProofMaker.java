package io.thingstead.node;

import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.DeviceId;
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
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.Optional;
import java.util.OptionalLong;

/// Puts proofs together: the reading out of the log, its anchor, key and certificate out of the ledger.
public final class ProofMaker {
    private static final int ATTEMPTS = 20;

    private final LogReader log;
    private final LedgerReader ledger;

    public ProofMaker(LogReader log, LedgerReader ledger) {
        this.log = log;
        this.ledger = ledger;
    }

    public Result<byte[]> prove(DeviceId device, long n) {
        OptionalLong index = log.find(device, n);
        return index.isPresent()
                ? prove(index.getAsLong())
                : Result.no(Refusal.REQUEST_NOT_FOUND, "device " + device + " has no frame with number " + n);
    }

    /// The proof of the frame at a leaf, or why there is none: no such leaf, or not final yet.
    public Result<byte[]> prove(long index) {
        Optional<LeafRecord> leaf = log.leaf(index);
        if (leaf.isEmpty()) {
            return Result.no(Refusal.REQUEST_NOT_FOUND, "the log has no leaf " + index);
        }
        Optional<Event> event = ledger.anchorCovering(log.id(), index);
        if (event.isEmpty()) {
            return Result.no(Refusal.PROOF_NOT_FINAL, "accepted, not yet final: try again in a second");
        }
        // A block may change the key's record between the look at the head and at the record: then take the newer head.
        for (int i = 0; i < ATTEMPTS; i++) {
            var certified = ledger.certified();
            if (certified.isEmpty()
                    || certified.get().head().eventsSize() <= event.get().number()) {
                return Result.no(
                        Refusal.PROOF_NOT_FINAL, "decided, but the members' signatures are still to come: try again");
            }
            Optional<byte[]> file = prove(leaf.get(), event.get(), certified.get());
            if (file.isPresent()) {
                return Result.ok(file.get());
            }
            Thread.onSpinWait();
        }
        return Result.no(Refusal.BUSY, "the key's record changes too often: try again");
    }

    private Optional<byte[]> prove(LeafRecord leaf, Event event, LedgerReader.CertifiedHead certified) {
        LedgerHead head = certified.head();
        var proven = certified.prove(StateKeys.key(leaf.stream().key()));
        if (event.number() >= head.eventsSize() || proven.isEmpty()) {
            return Optional.empty();
        }
        Anchor anchor = Anchor.of(event.leaf(), head.eventsSize(), certified.eventPath(event.number()));
        long treeSize = anchor.event().toSize();
        ProofFile file = new ProofFile(
                head.era(),
                verdict(KeyRecord.decode(proven.get().value()), event, leaf).label(),
                ReadingLeaf.of(leaf.salt(), leaf.receivedMs(), leaf.content()),
                new Inclusion(log.id(), leaf.index(), treeSize, log.inclusionProof(leaf.index(), treeSize)),
                anchor,
                KeyStanding.of(
                        proven.get().value(),
                        StateProof.decode(proven.get().proof()).orElseThrow()),
                certified.certificate());
        return Optional.of(file.write());
    }

    private Verdict verdict(KeyRecord key, Event event, LeafRecord leaf) {
        Long validTo = key.validTo();
        if (validTo != null && event.number() >= validTo) {
            Long ended = key.endedAtMs();
            return ended != null && leaf.receivedMs() < ended ? Verdict.ACCEPTED_BEFORE_REVOCATION : Verdict.FALSE;
        }
        return ledger.era(event.era()).engine().equals(EraRecord.SOLO) ? Verdict.PROVEN_BY_ONE_MEMBER : Verdict.PROVEN;
    }

    /// What a verifier of this ledger's proofs starts from.
    public byte[] trust(long nowMs) {
        return ledger.trust(nowMs).write();
    }
}
