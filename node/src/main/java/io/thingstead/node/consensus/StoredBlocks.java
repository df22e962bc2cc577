package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The committed blocks in the store, by height.
public final class StoredBlocks {
    /// A block tells less than this of its own accord, before its transactions.
    private static final int MAX_OWN_EVENTS = 2_000;

    private final Store store;
    private final StoredEvents events;

    StoredBlocks(Store store) {
        this.store = store;
        this.events = new StoredEvents(store);
    }

    /// The block at this height, or empty: never made, from before a snapshot that was restored here, or so old that it
    /// went.
    public Optional<BlockRecord> block(long height) {
        return Optional.ofNullable(record(height));
    }

    @Nullable
    BlockRecord record(long height) {
        byte[] value = store.get(Column.BLOCK, LedgerRows.block(height));
        try {
            return value == null ? null : BlockRecord.decode(value);
        } catch (CborMalformed | IllegalArgumentException e) {
            throw LedgerDamage.BLOCK_DAMAGED.exception("block " + height + " cannot be read: " + e.getMessage());
        }
    }

    /// Whether every block of these heights is here, both included.
    boolean areFrom(long first, long last) {
        for (long height = last; height >= first; height--) {
            if (store.get(Column.BLOCK, LedgerRows.block(height)) == null) {
                return false;
            }
        }
        return true;
    }

    /// The certificate as it was written; that of the newest block is not written yet.
    byte @Nullable [] certificate(long height) {
        return store.get(Column.BLOCK, LedgerRows.certificate(height));
    }

    /// The height of the oldest block that is kept, 0 where there is none.
    long first() {
        try (Scan scan = store.scan(Column.BLOCK, LedgerRows.block(BlockPruning.keptFrom(store)), null)) {
            return scan.next() ? ByteBuffer.wrap(scan.key()).getLong() : 0;
        }
    }

    /// The answer of the first time for a block that was committed. The texts of refusals are not kept, the codes are.
    Finalized finalizedBefore(DecidedBlock again) {
        BlockRecord block = record(again.height());
        if (block == null) {
            throw new IllegalStateException("block " + again.height() + " is not kept here any more");
        }
        if (block.time() != again.time() || !sameBytes(block.transactions(), again.transactions())) {
            throw new IllegalStateException(
                    "another block was committed at height " + again.height() + ": the engine's chain is not this one");
        }
        return new Finalized(block.appHash(), results(block), block.split(), block.validatorUpdates());
    }

    /// How many events a block has that is not the newest; before a snapshot no block follows that would tell.
    long eventsOf(BlockRecord block) {
        BlockRecord next = record(block.height() + 1);
        return next != null
                ? next.firstEvent() - block.firstEvent()
                : from(block).stream()
                        .filter(event -> event.height() == block.height())
                        .count();
    }

    private List<Event> from(BlockRecord block) {
        return events.range(block.firstEvent(), block.firstEvent() + block.transactionEvents() + MAX_OWN_EVENTS);
    }

    private List<TransactionResult> results(BlockRecord block) {
        List<Event> caused = from(block);
        int at = 0;
        while (at < caused.size() && caused.get(at).isOfBlock()) {
            at++;
        }
        List<TransactionResult> results = new ArrayList<>();
        for (BlockRecord.Mark mark : block.marks()) {
            List<Refused> refusals = mark.refusals().stream()
                    .map(code -> new Refused(code, "refused in block " + block.height()))
                    .toList();
            if (mark.events() == 0) {
                results.add(TransactionResult.ignored(refusals.getFirst()));
            } else {
                List<Event> own = caused.subList(at, at + (int) mark.events());
                at += (int) mark.events();
                results.add(new TransactionResult(
                        true, block.height(), own.getFirst().transaction(), own, refusals));
            }
        }
        return results;
    }

    private static boolean sameBytes(List<byte[]> one, List<byte[]> two) {
        return one.size() == two.size()
                && IntStream.range(0, one.size()).allMatch(i -> Arrays.equals(one.get(i), two.get(i)));
    }

    void requireSame(long height, byte[] headerHash) {
        BlockRecord block = record(height);
        if (block != null && !Arrays.equals(block.headerHash(), headerHash)) {
            throw new IllegalStateException("block " + height + " was committed with another header");
        }
    }
}
