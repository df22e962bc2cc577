package io.thingstead.node.consensus;

import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
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

    /// The block at this height, or empty: never made, or from before a snapshot that was restored here.
    public Optional<BlockRecord> block(long height) {
        return Optional.ofNullable(record(height));
    }

    @Nullable
    BlockRecord record(long height) {
        byte[] value = store.get(Column.BLOCK, LedgerRows.block(height));
        return value == null ? null : BlockRecord.decode(value);
    }

    /// The certificate as it was written; that of the newest block is not written yet.
    byte @Nullable [] certificate(long height) {
        return store.get(Column.BLOCK, LedgerRows.certificate(height));
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

    private List<TransactionResult> results(BlockRecord block) {
        List<Event> caused =
                events.range(block.firstEvent(), block.firstEvent() + block.transactionEvents() + MAX_OWN_EVENTS);
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
