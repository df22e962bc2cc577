package io.thingstead.node;

import io.thingstead.kit.proof.Anchor;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes evidence for a contract out of frames of the member's log, with their way down to a root of events that the
/// ledger keeps. Confined to its owner.
public final class EvidenceMaker {
    /// For so long it is worth waiting for a root that the ledger keeps; then the newest one may do, which is right
    /// where nothing else happens.
    static final long PATIENCE_MS = 7_000;

    /// Frames in one transaction; what takes more is shown in parts.
    private static final int MOST_FRAMES = 50;

    private static final int MOST_KNOWN = 256;
    private static final int MOST_BYTES = ShownFrames.MAX_BYTES;

    private final LedgerReader ledger;
    private final LogReader log;
    private final Supplier<byte[]> salts;
    /// By the anchor's event, under the root of [#knownSize] events.
    private final Map<Long, Anchor> known = new HashMap<>();

    private long knownSize = -1;

    /// What can be shown at once.
    ///
    /// @param frames how many of the leaves it has
    public record Part(Attachment attachment, int frames) {
        /// @param way null: in answer to a demand
        public ShowReadings shown(long contract, String party, @Nullable String way) {
            return new ShowReadings(contract, party, way, attachment.commitment());
        }
    }

    /// @param salts gives a new one of [Attachment#SALT_BYTES] each time
    public EvidenceMaker(LedgerReader ledger, LogReader log, Supplier<byte[]> salts) {
        this.ledger = ledger;
        this.log = log;
        this.salts = salts;
    }

    /// As many of the leaves as go into one transaction, from the first on; none while no root covers what made them
    /// final.
    ///
    /// @param newest whether to take the newest root of events where no kept one covers them
    public Optional<Part> part(List<LeafRecord> leaves, boolean newest) {
        int count = Math.min(leaves.size(), MOST_FRAMES);
        byte[] content = frames(leaves.subList(0, count), newest);
        while (content.length > MOST_BYTES && count > 1) {
            count /= 2;
            content = frames(leaves.subList(0, count), newest);
        }
        return content.length == 0
                ? Optional.empty()
                : Optional.of(new Part(new Attachment(salts.get(), content), count));
    }

    /// The event that made a leaf final, if it is.
    OptionalLong finalAt(LeafRecord leaf) {
        Optional<Event> event = ledger.anchorCovering(log.id(), leaf.index());
        return event.isPresent() ? OptionalLong.of(event.get().number()) : OptionalLong.empty();
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
                Optional<Anchor> anchor = anchor(event.get(), size);
                if (anchor.isEmpty()) {
                    return new byte[0];
                }
                anchors.add(anchor.get());
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

    /// An anchor with its way to the root of so many events: what is shown at a time shares few of them.
    private Optional<Anchor> anchor(Event event, long size) {
        if (size != knownSize || known.size() >= MOST_KNOWN) {
            known.clear();
            knownSize = size;
        }
        Anchor made = known.get(event.number());
        if (made == null) {
            Optional<List<byte[]>> path = ledger.eventPath(event.number(), size);
            if (path.isEmpty()) {
                return Optional.empty();
            }
            made = Anchor.of(event.leaf(), size, path.get());
            known.put(event.number(), made);
        }
        return Optional.of(made);
    }
}
