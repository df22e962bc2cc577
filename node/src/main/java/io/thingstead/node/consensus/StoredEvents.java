package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ledger's events in the store: by number, by subject, the anchors by size, and the tree over them.
/// Rows are only ever added, so what lies below a size of the tree never changes.
record StoredEvents(Store store) {
    static void put(Batch batch, Event event) {
        byte[] number = LedgerRows.event(event.number());
        batch.put(Column.EVENT, number, event.leaf());
        for (String subject : event.subjects()) {
            batch.put(Column.EVENT_INDEX, LedgerRows.history(subject, event.number()), number);
        }
        event.anchor()
                .ifPresent(anchor ->
                        batch.put(Column.EVENT_INDEX, LedgerRows.anchor(anchor.log(), anchor.toSize()), number));
    }

    Optional<Event> event(long number) {
        return Optional.ofNullable(store.get(Column.EVENT, LedgerRows.event(number)))
                .map(Event::ofLeaf);
    }

    /// The events with numbers in `[from, to)`.
    List<Event> range(long from, long to) {
        List<Event> found = new ArrayList<>();
        if (from < to) {
            try (Scan scan = store.scan(Column.EVENT, LedgerRows.event(from), LedgerRows.event(to))) {
                while (scan.next()) {
                    found.add(Event.ofLeaf(scan.value()));
                }
            }
        }
        return found;
    }

    /// The newest events of a subject below number `before`, newest first.
    List<Event> history(String subject, long before, int limit) {
        List<Event> found = new ArrayList<>();
        byte[] from = LedgerRows.history(subject, 0);
        byte[] to = LedgerRows.history(subject, before);
        while (found.size() < limit) {
            Entry entry = store.last(Column.EVENT_INDEX, from, to);
            if (entry == null) {
                break;
            }
            found.add(event(number(entry.value())).orElseThrow());
            to = entry.key();
        }
        return found;
    }

    /// The number of the first anchor of the log whose toSize is over `index`, or null.
    @Nullable
    Long anchorCovering(LogId log, long index) {
        byte[] from = LedgerRows.anchor(log, index + 1);
        byte[] to = LedgerRows.anchor(log, Long.MAX_VALUE);
        try (Scan scan = store.scan(Column.EVENT_INDEX, from, to)) {
            return scan.next() ? number(scan.value()) : null;
        }
    }

    /// The path from an event to the root of the tree of the first `size` events.
    List<byte[]> path(long number, long size) {
        return MerkleTree.inclusionProof(this::hash, number, size);
    }

    private byte[] hash(int level, long index) {
        byte[] leaf = level == 0 ? store.get(Column.EVENT, LedgerRows.event(index)) : null;
        if (leaf != null) {
            return MerkleTree.leafHash(leaf);
        }
        byte[] node = store.get(Column.EVENT, LedgerRows.eventNode(level, index));
        return Objects.requireNonNull(node, "a hash of the tree of events is missing in the store");
    }

    private static long number(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
