package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// The ledger's events in the store: by number, by subject, the anchors by size, and the tree over them.
/// Rows are only ever added, so what lies below a size of the tree never changes.
record StoredEvents(Store store) {
    /// The events of a block.
    static void put(Batch batch, List<Event> events, List<byte[]> leaves) {
        Map<String, Numbers> bySubject = new LinkedHashMap<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            byte[] number = LedgerRows.event(event.number());
            batch.put(Column.EVENT, number, leaves.get(i));
            for (String subject : event.subjects()) {
                bySubject.computeIfAbsent(subject, _ -> new Numbers()).add(event.number());
            }
            event.anchor()
                    .ifPresent(anchor ->
                            batch.put(Column.EVENT_INDEX, LedgerRows.anchor(anchor.log(), anchor.toSize()), number));
        }
        bySubject.forEach((subject, about) ->
                batch.put(Column.EVENT_INDEX, LedgerRows.history(subject, about.first()), about.toBytes()));
    }

    /// What a block tells of one subject stands in one row: under the first event's number, the numbers of all.
    private static final class Numbers {
        private long[] numbers = new long[1];
        private int count;

        /// Once, where an event names its subject twice.
        void add(long number) {
            if (count > 0 && numbers[count - 1] == number) {
                return;
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
        }

        long first() {
            return numbers[0];
        }

        byte[] toBytes() {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * count);
            bytes.asLongBuffer().put(numbers, 0, count);
            return bytes.array();
        }
    }

    Optional<Event> event(long number) {
        return Optional.ofNullable(store.get(Column.EVENT, LedgerRows.event(number)))
                .map(Event::ofLeaf);
    }

    /// The number of the oldest event that is kept.
    OptionalLong first() {
        try (Scan scan = store.scan(Column.EVENT, LedgerRows.event(0), LedgerRows.event(1L << 53))) {
            return scan.next() ? OptionalLong.of(number(scan.key())) : OptionalLong.empty();
        }
    }

    /// The leaves of the events from this one on below `to`, without a hole between them: at most `limit`, and none
    /// follows once they have `enough` bytes.
    List<byte[]> leaves(long from, long to, int limit, int enough) {
        List<byte[]> found = new ArrayList<>();
        if (from >= to) {
            return found;
        }
        int bytes = 0;
        try (Scan scan = store.scan(Column.EVENT, LedgerRows.event(from), LedgerRows.event(to))) {
            while (found.size() < limit && bytes < enough && scan.next() && number(scan.key()) == from + found.size()) {
                found.add(scan.value());
                bytes += found.getLast().length;
            }
        }
        return found;
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
            ByteBuffer numbers = ByteBuffer.wrap(entry.value());
            for (int at = entry.value().length - Long.BYTES; at >= 0 && found.size() < limit; at -= Long.BYTES) {
                long number = numbers.getLong(at);
                if (number < before) {
                    event(number).ifPresent(found::add);
                }
            }
            to = entry.key();
        }
        return found;
    }

    /// The anchor of the log that covers this leaf. While older events are missing the first one with a larger size may
    /// be of later leaves.
    Optional<Event> anchorCovering(LogId log, long index) {
        byte[] from = LedgerRows.anchor(log, index + 1);
        byte[] to = LedgerRows.anchor(log, Long.MAX_VALUE);
        try (Scan scan = store.scan(Column.EVENT_INDEX, from, to)) {
            return scan.next()
                    ? event(number(scan.value()))
                            .filter(event -> event.anchor().orElseThrow().fromSize() <= index)
                    : Optional.empty();
        }
    }

    /// The path from an event to the root of the tree of the first `size` events, or empty when hashes on it are
    /// missing: those of events that are not here.
    Optional<List<byte[]>> path(long number, long size) {
        return unlessMissing(() -> MerkleTree.inclusionProof(this::hash, number, size));
    }

    /// The proof that the first `from` events are the beginning of the first `to`, or empty when hashes are missing.
    Optional<List<byte[]>> consistency(long from, long to) {
        return unlessMissing(() -> MerkleTree.consistencyProof(this::hash, from, to));
    }

    private static Optional<List<byte[]>> unlessMissing(Supplier<List<byte[]>> proof) {
        try {
            return Optional.of(proof.get());
        } catch (MissingHash e) {
            return Optional.empty();
        }
    }

    /// A hash of the tree of events; throws [MissingHash]. Subtrees that are not kept are small ones over leaves that
    /// are.
    byte[] hash(int level, long index) {
        byte[] leaf = level == 0 ? store.get(Column.EVENT, LedgerRows.event(index)) : null;
        if (leaf != null) {
            return MerkleTree.leafHash(leaf);
        }
        byte[] node = store.get(Column.EVENT, LedgerRows.eventNode(level, index));
        if (node != null) {
            return node;
        }
        if (level == 0 || level >= BlockOutcome.KEPT_FROM_LEVEL) {
            throw new MissingHash(level, index);
        }
        return MerkleTree.nodeHash(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1));
    }

    /// Ends the making of a proof that leads over events that are not here.
    private static final class MissingHash extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingHash(int level, long index) {
            super("hash " + index + " of level " + level + " of the tree of events is not here", null, false, false);
        }
    }

    private static long number(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
