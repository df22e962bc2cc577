package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.List;
import java.util.Optional;

/// What the ledger told before the snapshots that were taken here: the spans of events that are missing, and the only
/// way in which they are filled. A gap's two ends are known already: before it the events that are here, after it the
/// edge of the tree of events that the snapshot's certificate vouches for. So each part of it, the oldest first, is
/// believed when the tree that it makes is a beginning of that one.
///
/// Safe for all threads. Gaps come with a snapshot and go with the events: one of both at a time.
public final class EventHistory {
    private final Store store;
    private final StoredEvents events;
    private volatile EventGaps gaps;

    /// @param size how many events the ledger has
    EventHistory(Store store, long size) {
        this.store = store;
        this.events = new StoredEvents(store);
        this.gaps = EventGaps.of(store, size);
    }

    /// The events that are not here, upwards.
    public List<EventSpan> missing() {
        return gaps.gaps();
    }

    /// Writes what a snapshot changes, with the events `[from, to)` that are missing from then on.
    synchronized void snapshot(Batch batch, long from, long to) {
        EventGaps next = gaps.with(from, to);
        next.put(batch);
        store.write(batch);
        // A crash before: the ledger stands where it stood, and a snapshot is taken again. After: it stands here.
        gaps = next;
    }

    /// The events from this one on below `size`, as many as an answer takes, or empty when they or the hashes between
    /// are not here.
    public Optional<EventPart> part(long from, long size) {
        List<byte[]> leaves = events.leaves(from, size, EventPart.MAX_LEAVES, EventPart.ENOUGH_BYTES);
        return leaves.isEmpty()
                ? Optional.empty()
                : proof(from + leaves.size(), size).map(proof -> new EventPart(leaves, proof));
    }

    /// That the first `from` events are the beginning of the first `to`, or empty when hashes are missing.
    public Optional<List<byte[]>> proof(long from, long to) {
        return events.consistency(from, to);
    }

    /// Takes the first events of the first gap, or refuses what does not lead to the tree that is certified.
    ///
    /// @param gap the first one of `missing`, as it was when the part was asked for
    public synchronized Optional<Refused> take(EventSpan gap, EventPart part) {
        if (!missing().contains(gap)) {
            return refused("they are not missing any more");
        }
        long to = gap.from() + part.leaves().size();
        if (part.leaves().isEmpty() || to > gap.to()) {
            return refused(part.leaves().size() + " events in place of " + gap.size());
        }
        Batch batch = store.newBatch();
        Frontier edge = Frontier.of(events::hash, gap.from());
        for (byte[] leaf : part.leaves()) {
            edge.append(MerkleTree.leafHash(leaf), (level, index, hash) -> {
                if (level >= BlockOutcome.KEPT_FROM_LEVEL) {
                    batch.put(Column.EVENT, LedgerRows.eventNode(level, index), hash);
                }
            });
        }
        Frontier certified = Frontier.of(events::hash, gap.to());
        if (!MerkleVerifier.verifyConsistency(to, gap.to(), edge.root(), certified.root(), part.proof())) {
            return refused("events " + gap.from() + " to " + (to - 1) + " are not those of the ledger");
        }
        // From here on they are what the members agreed on.
        put(batch, part.leaves());
        EventGaps next = gaps.without(gap.from(), to);
        next.put(batch);
        store.write(batch);
        // A crash before: the same events are fetched again. After: the next ones. There is nothing between.
        gaps = next;
        return Optional.empty();
    }

    /// Block by block, as they were put when they happened.
    private static void put(Batch batch, List<byte[]> leaves) {
        List<Event> happened = leaves.stream().map(Event::ofLeaf).toList();
        int from = 0;
        for (int to = 1; to <= happened.size(); to++) {
            if (to == happened.size()
                    || happened.get(to).height() != happened.get(from).height()) {
                StoredEvents.put(batch, happened.subList(from, to), leaves.subList(from, to));
                from = to;
            }
        }
    }

    private static Optional<Refused> refused(String why) {
        return Optional.of(new Refused(Refusal.SNAPSHOT_INVALID, why));
    }
}
