package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;

/// The ranges of blocks that this member never had, because it took a snapshot of the state after them. They are
/// written down with the snapshot: any other block that is not here was lost.
///
/// @param gaps upwards
record BlockGaps(List<Gap> gaps) {
    private static final int MAX_GAPS = 100_000;

    /// The blocks from one height to another, both included.
    record Gap(long first, long last) {}

    BlockGaps {
        gaps = List.copyOf(gaps);
    }

    static BlockGaps of(Store store) {
        byte[] value = store.get(Column.META, LedgerRows.BLOCK_GAPS);
        if (value == null) {
            // A folder from before gaps were written down: what lies below its first block was never here.
            long first = new StoredBlocks(store).first();
            return first > 1 && BlockPruning.keptFrom(store) == 0
                    ? new BlockGaps(List.of(new Gap(1, first - 1)))
                    : new BlockGaps(List.of());
        }
        CborReader in = CborReader.strict(value);
        int count = in.readArray(MAX_GAPS);
        List<Gap> gaps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            gaps.add(new Gap(in.readUint(), in.readUint()));
        }
        in.expectEnd();
        return new BlockGaps(gaps);
    }

    /// With the blocks that a snapshot leaves out.
    ///
    /// @param tip the newest block before it
    /// @param hasBlocks whether any block is here
    BlockGaps with(long tip, boolean hasBlocks, long snapshot) {
        List<Gap> more = new ArrayList<>(hasBlocks ? gaps : List.of());
        long first = hasBlocks ? tip + 1 : 1;
        if (first <= snapshot) {
            more.add(new Gap(first, snapshot));
        }
        return new BlockGaps(more);
    }

    void put(Batch batch) {
        CborWriter out = new CborWriter(16 + 20 * gaps.size()).array(gaps.size());
        gaps.forEach(gap -> out.array(2).integer(gap.first()).integer(gap.last()));
        batch.put(Column.META, LedgerRows.BLOCK_GAPS, out.toBytes());
    }

    /// The first height from this one on that is in no gap.
    long after(long height) {
        long at = height;
        for (Gap gap : gaps) {
            if (gap.first() <= at && at <= gap.last()) {
                at = gap.last() + 1;
            }
        }
        return at;
    }
}
