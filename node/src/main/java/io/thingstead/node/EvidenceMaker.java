package io.thingstead.node;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.Anchor;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows frames of the member's log to a contract, with their way down to a root of events that the ledger keeps.
final class EvidenceMaker {
    /// For so long it is worth waiting for a root that the ledger keeps; then the newest one may do, which is right
    /// where nothing else happens.
    static final long PATIENCE_MS = 7_000;

    /// Frames in one transaction; what takes more is shown in parts.
    private static final int MOST_FRAMES = 50;

    private static final int MOST_BYTES = ShownFrames.MAX_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LedgerReader ledger;
    private final LogReader log;
    private final Registrar registrar;

    EvidenceMaker(LedgerReader ledger, LogReader log, Registrar registrar) {
        this.ledger = ledger;
        this.log = log;
        this.registrar = registrar;
    }

    /// Shows them all, in parts where they are many; stops at the first part that is refused.
    ///
    /// @param way null: in answer to a demand
    /// @param newest whether to take the newest root of events where no kept one covers them
    Optional<Refused> show(long contract, String party, @Nullable String way, List<LeafRecord> leaves, boolean newest) {
        for (int from = 0; from < leaves.size(); ) {
            int to = Math.min(leaves.size(), from + MOST_FRAMES);
            byte[] content = frames(leaves.subList(from, to), newest);
            while (content.length > MOST_BYTES && to - from > 1) {
                to = from + (to - from) / 2;
                content = frames(leaves.subList(from, to), newest);
            }
            if (content.length == 0) {
                return Optional.of(new Refused(Refusal.PROOF_NOT_FINAL, "not under a root that the ledger keeps yet"));
            }
            byte[] salt = new byte[Attachment.SALT_BYTES];
            RANDOM.nextBytes(salt);
            Attachment attachment = new Attachment(salt, content);
            TransactionResult result = registrar.submitWith(
                    List.of(attachment), List.of(new ShowReadings(contract, party, way, attachment.commitment())));
            if (result.firstRefusal().isPresent()) {
                return result.firstRefusal();
            }
            from = to;
        }
        return Optional.empty();
    }

    /// Empty where no root covers what made them final.
    private byte[] frames(List<LeafRecord> leaves, boolean newest) {
        Optional<EventRoots.Kept> kept = ledger.contracts().keptRoot();
        if (kept.isPresent()) {
            byte[] shown = frames(leaves, kept.get().slot(), kept.get().size());
            if (shown.length > 0) {
                return shown;
            }
        }
        return newest ? frames(leaves, ShownFrames.NEWEST, ledger.head().eventsSize()) : new byte[0];
    }

    private byte[] frames(List<LeafRecord> leaves, long slot, long size) {
        List<Anchor> anchors = new ArrayList<>();
        List<ShownFrames.Shown> shown = new ArrayList<>();
        long last = -1;
        for (LeafRecord leaf : leaves) {
            Optional<Event> event = ledger.anchorCovering(log.id(), leaf.index());
            if (event.isEmpty() || event.get().number() >= size) {
                return new byte[0];
            }
            if (event.get().number() != last) {
                last = event.get().number();
                Optional<List<byte[]>> path = ledger.eventPath(last, size);
                if (path.isEmpty()) {
                    return new byte[0];
                }
                anchors.add(Anchor.of(event.get().leaf(), size, path.get()));
            }
            shown.add(new ShownFrames.Shown(
                    ReadingLeaf.of(leaf.salt(), leaf.receivedMs(), leaf.content()),
                    leaf.stream().key(),
                    log.id(),
                    leaf.index(),
                    log.inclusionProof(
                            leaf.index(), event.get().anchor().orElseThrow().toSize()),
                    anchors.size() - 1));
        }
        return new ShownFrames(slot, size, anchors, shown).encode();
    }
}
