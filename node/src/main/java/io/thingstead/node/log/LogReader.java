package io.thingstead.node.log;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads a log: leaves, numbers, proofs. Shows only what is durable; for any thread.
/// A log that is no longer appended to is read the same way.
public final class LogReader implements TiledLog {
    private static final int MOST_NUMBERS = 1_000;

    private final LogId id;
    private final String origin;
    private final Store store;
    private final PublishedHead head;
    private final StreamDirectory streams;
    private final boolean followsLost;

    LogReader(LogId id, String origin, Store store, PublishedHead head, StreamDirectory streams) {
        this.id = id;
        this.origin = origin;
        this.store = store;
        this.head = head;
        this.streams = streams;
        this.followsLost = followsLost(id, store);
    }

    public LogId id() {
        return id;
    }

    public String origin() {
        return origin;
    }

    /// Durable leaves; the newest checkpoint may cover fewer.
    public long size() {
        return head.size();
    }

    /// The newest signed checkpoint. A log that was opened to be appended to always has one.
    public Optional<SignedCheckpoint> checkpoint() {
        return Optional.ofNullable(head.checkpoint());
    }

    public Optional<LeafRecord> leaf(long index) {
        if (index < 0 || index >= size()) return Optional.empty();
        var row = store.get(Column.CONTENT, Rows.leafKey(id.number(), index));
        if (row == null) throw Rows.corrupt("leaf " + index + " is missing");
        return Optional.of(leaf(index, row));
    }

    /// Leaves from an index on, at most `limit`; fewer at the log's end.
    public List<LeafRecord> leaves(long from, int limit) {
        long to = Math.min(size(), from + limit);
        var leaves = new ArrayList<LeafRecord>();
        try (var scan = store.scan(
                Column.CONTENT, Rows.leafKey(id.number(), from), Rows.leafKey(id.number(), Math.max(from, to)))) {
            for (long index = from; scan.next(); index++) leaves.add(leaf(index, scan.value()));
        }
        return leaves;
    }

    private LeafRecord leaf(long index, byte[] row) {
        return switch (Rows.leaf(row)) {
            case Rows.Content content ->
                new LeafRecord(
                        index,
                        streams.stream(content.stream()),
                        content.n(),
                        content.salt(),
                        content.kind(),
                        content.receivedMs(),
                        content.content());
            case Rows.Erased left ->
                LeafRecord.erased(index, streams.stream(left.stream()), left.n(), left.kind(), left.commitment());
        };
    }

    /// All streams in which frames of the device arrived, oldest first: one for each key, and one for each key that
    /// signed on its behalf.
    public List<DeviceStream> streams(DeviceId device) {
        return streams.ofDevice(device).stream().map(streams::stream).toList();
    }

    /// Where this log has a number of a stream.
    public OptionalLong indexOf(DeviceStream stream, long n) {
        var stored = streams.id(stream);
        return stored.isEmpty() ? OptionalLong.empty() : indexOf(stored.getAsInt(), n);
    }

    /// Where this log has a number of a device, in the newest of its streams that has it.
    public OptionalLong find(DeviceId device, long n) {
        for (int stream : streams.ofDevice(device).reversed()) {
            var index = indexOf(stream, n);
            if (index.isPresent()) return index;
        }
        return OptionalLong.empty();
    }

    private OptionalLong indexOf(int stream, long n) {
        var row = store.get(Column.NUMBER, Rows.numberKey(stream, n));
        if (row == null) return OptionalLong.empty();
        var place = Rows.place(row);
        return place.log() == id.number() ? OptionalLong.of(place.index()) : OptionalLong.empty();
    }

    /// The first leaf with a number of a stream over this one, the size of the log where there is none; empty where
    /// there
    /// are too many to look at.
    public OptionalLong firstOver(DeviceStream stream, long n) {
        long size = size();
        var stored = streams.id(stream);
        if (stored.isEmpty()) return OptionalLong.of(size);
        long first = size;
        int left = MOST_NUMBERS;
        try (var scan = store.scan(
                Column.NUMBER, Rows.numberKey(stored.getAsInt(), n + 1), Rows.numberKey(stored.getAsInt(), -1L))) {
            while (scan.next()) {
                if (left-- == 0) return OptionalLong.empty();
                var place = Rows.place(scan.value());
                if (place.log() == id.number()) first = Math.min(first, place.index());
            }
        }
        return OptionalLong.of(first);
    }

    /// The highest number that was accepted, 0 when none.
    public long highest(DeviceStream stream) {
        var stored = streams.id(stream);
        return stored.isEmpty() ? 0 : streams.sequence(stored.getAsInt()).high();
    }

    /// The numbers that are missing, in growing order. Where an earlier log's data were lost, those below the first
    /// number that is here may have been in it: they are not known to be missing.
    public List<NumberRange> gaps(DeviceStream stream) {
        var stored = streams.id(stream);
        if (stored.isEmpty()) return List.of();
        var gaps = streams.sequence(stored.getAsInt()).gaps();
        if (!followsLost) return gaps;
        long first = first(stored.getAsInt());
        return gaps.stream().filter(gap -> gap.first() > first).toList();
    }

    private long first(int stream) {
        try (var scan = store.scan(Column.NUMBER, Rows.numberKey(stream, 0), Rows.numberKey(stream, -1L))) {
            return scan.next() ? Rows.numberOf(scan.key()) : 0;
        }
    }

    /// A log that is opened is signed for at once, so one without a checkpoint was opened elsewhere.
    private static boolean followsLost(LogId id, Store store) {
        for (long before = 1; before < id.number(); before++)
            if (store.get(Column.CHECKPOINT, Rows.log(before)) == null) return true;
        return false;
    }

    /// What shows that a device signed one number twice.
    public List<DoubleSigning> doubleSignings(DeviceStream stream) {
        var stored = streams.id(stream);
        if (stored.isEmpty()) return List.of();
        var found = new ArrayList<DoubleSigning>();
        var from = Rows.numberKey(stored.getAsInt(), 0);
        try (var scan = store.scan(Column.EVIDENCE, from, Rows.numberKey(stored.getAsInt(), -1L))) {
            while (scan.next()) found.add(Rows.evidence(scan.key(), scan.value()));
        }
        return found;
    }

    /// RFC 9162 §2.1.3.1. `index < size ≤ size()`.
    public List<byte[]> inclusionProof(long index, long size) {
        return MerkleTree.inclusionProof(tree(size), index, size);
    }

    /// RFC 9162 §2.1.4.1. `from ≤ to ≤ size()`.
    public List<byte[]> consistencyProof(long from, long to) {
        return MerkleTree.consistencyProof(tree(to), from, to);
    }

    public byte[] rootAt(long size) {
        return MerkleTree.root(tree(size), size);
    }

    private TreeReader tree(long size) {
        var tree = head.tree();
        if (size > tree.size()) throw new IllegalArgumentException("the log has no size " + size);
        return tree;
    }

    @Override
    public Optional<String> note() {
        return checkpoint().map(SignedCheckpoint::note);
    }

    @Override
    public Optional<byte[]> tile(int level, long number, int width) {
        var tree = head.tree();
        return width <= tree.width(level, number) ? Optional.of(tree.hashes(level, number, width)) : Optional.empty();
    }

    @Override
    public Optional<byte[]> commitments(long number, int width) {
        var tree = head.tree();
        return width <= tree.width(0, number) ? Optional.of(tree.commitments(number, width)) : Optional.empty();
    }
}
