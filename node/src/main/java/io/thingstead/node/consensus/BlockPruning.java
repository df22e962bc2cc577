package io.thingstead.node.consensus;

import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;

/// Lets old blocks go, with their transactions and certificates, a few with each new one, so that what grows for ever
/// is the events alone. Events, state and the links of trust stay: proofs are made of these and of the newest
/// certificate.
final class BlockPruning {
    /// Rows in one block's batch: a member that is told to keep less gets there step by step.
    static final int MOST_ROWS = 128;

    private final Store store;
    private long keep;

    BlockPruning(Store store) {
        this.store = store;
    }

    /// How many of the newest blocks are kept, 0: all.
    void keep(long blocks) {
        keep = blocks;
    }

    /// The height below which nothing is looked for: what was there went.
    static long keptFrom(Store store) {
        byte[] value = store.get(Column.META, LedgerRows.BLOCKS_FROM);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    /// Adds to the batch of the block at this height what goes with it.
    ///
    /// @param neededFrom blocks from here on stay, however old they are
    void put(Batch batch, long height, long neededFrom) {
        long end = Math.min(height - keep + 1, neededFrom);
        long from = keptFrom(store);
        if (keep == 0 || end <= from) {
            return;
        }
        long reached = end;
        int rows = 0;
        try (Scan scan = store.scan(Column.BLOCK, LedgerRows.block(from), LedgerRows.block(end))) {
            while (scan.next()) {
                long at = ByteBuffer.wrap(scan.key()).getLong();
                // A block goes with its certificate.
                if (rows >= MOST_ROWS && LedgerRows.isBlock(scan.key())) {
                    reached = at;
                    break;
                }
                batch.delete(Column.BLOCK, scan.key().clone());
                rows++;
            }
        }
        if (rows > 0) {
            batch.put(
                    Column.META,
                    LedgerRows.BLOCKS_FROM,
                    ByteBuffer.allocate(8).putLong(reached).array());
        }
    }
}
