package io.thingstead.node.log;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was erased of one of this member's logs: of each leaf the content with its salt, in place of which the
/// commitment stays, so that the log verifies as before. Numbered lists say which leaves, for those who hold copies.
///
/// In the store a leaf is erased at once and for good; its bytes are gone from the disk only after [#ranges] were
/// compacted. Until then the list is pending, also after a crash.
public final class Erasures {
    /// Leaves of one list.
    public static final int MOST = 2_000;

    private static final byte LIST = 2;
    private static final byte PENDING = 3;

    private final Store store;
    private final LogId log;

    /// Leaves that were erased together, in growing order.
    ///
    /// @param serial counts the lists of a log from 1 on
    public record Erased(long serial, List<Long> leaves) {
        public Erased {
            leaves = List.copyOf(leaves);
        }
    }

    public Erasures(LogId log, Store store) {
        this.log = log;
        this.store = store;
    }

    /// Adds to a batch what erases the frames at these leaves; those that are erased already are left out.
    ///
    /// @param leaves in growing order, at most [#MOST]
    /// @return those that are erased once the batch is written
    public List<Long> erase(List<LeafRecord> leaves, Batch batch) {
        List<Long> erased = new ArrayList<>();
        for (LeafRecord leaf : leaves) {
            if (!leaf.isFrame()) continue;
            byte[] key = Rows.leafKey(log.number(), leaf.index());
            byte[] row = store.get(Column.CONTENT, key);
            if (row == null || !(Rows.leaf(row) instanceof Rows.Content whole)) continue;
            batch.put(
                    Column.CONTENT,
                    key,
                    Rows.erased(new Rows.Erased(whole.stream(), whole.n(), whole.kind(), whole.commitment())));
            erased.add(leaf.index());
        }
        if (erased.isEmpty()) return erased;
        var newest = store.last(Column.RETENTION, key(LIST, 0), key(LIST, -1L));
        long serial = newest == null ? 1 : serial(newest.key()) + 1;
        batch.put(Column.RETENTION, key(LIST, serial), encode(erased));
        batch.put(Column.RETENTION, key(PENDING, serial), new byte[0]);
        return erased;
    }

    /// Lists whose bytes may still be on the disk, oldest first.
    public List<Erased> pending() {
        List<Erased> pending = new ArrayList<>();
        try (var scan = store.scan(Column.RETENTION, key(PENDING, 0), key(PENDING, -1L))) {
            while (scan.next()) list(serial(scan.key())).ifPresent(pending::add);
        }
        return pending;
    }

    /// The list with this number.
    public Optional<Erased> list(long serial) {
        byte[] row = store.get(Column.RETENTION, key(LIST, serial));
        return row == null ? Optional.empty() : Optional.of(new Erased(serial, decode(row)));
    }

    /// Adds to a batch what takes away the other frames of devices that signed one number twice, where the first was
    /// erased.
    public void eraseEvidence(List<Erased> lists, Batch batch) {
        for (Erased list : lists) {
            for (long leaf : list.leaves()) {
                byte[] row = store.get(Column.CONTENT, Rows.leafKey(log.number(), leaf));
                if (row == null) continue;
                Rows.Leaf left = Rows.leaf(row);
                byte[] key = Rows.numberKey(left.stream(), left.n());
                if (store.get(Column.EVIDENCE, key) != null) batch.delete(Column.EVIDENCE, key);
            }
        }
    }

    /// Where the bytes of these lists may be on the disk.
    public List<KeyRange> ranges(List<Erased> lists) {
        long first =
                lists.stream().mapToLong(list -> list.leaves().getFirst()).min().orElse(0);
        long last =
                lists.stream().mapToLong(list -> list.leaves().getLast()).max().orElse(0);
        return List.of(
                new KeyRange(Column.CONTENT, Rows.leafKey(log.number(), first), Rows.leafKey(log.number(), last)),
                KeyRange.all(Column.EVIDENCE));
    }

    /// Adds to a batch that the bytes of these lists are gone.
    public void gone(List<Erased> lists, Batch batch) {
        for (Erased list : lists) batch.delete(Column.RETENTION, key(PENDING, list.serial()));
    }

    private byte[] key(byte kind, long serial) {
        return ByteBuffer.allocate(13)
                .put(kind)
                .putInt((int) log.number())
                .putLong(serial)
                .array();
    }

    private static long serial(byte[] key) {
        return ByteBuffer.wrap(key).getLong(5);
    }

    /// The first leaf, then the distances.
    private static byte[] encode(List<Long> leaves) {
        var out = new CborWriter(16 + 2 * leaves.size()).array(leaves.size());
        long before = 0;
        for (long leaf : leaves) {
            out.integer(leaf - before);
            before = leaf;
        }
        return out.toBytes();
    }

    private static List<Long> decode(byte[] row) {
        var in = CborReader.strict(row);
        int count = in.readArray(MOST);
        List<Long> leaves = new ArrayList<>(count);
        long leaf = 0;
        for (int i = 0; i < count; i++) {
            leaf += in.readUint();
            leaves.add(leaf);
        }
        in.expectEnd();
        return leaves;
    }
}
