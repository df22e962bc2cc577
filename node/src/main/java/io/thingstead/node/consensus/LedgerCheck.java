package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks the ledger in a store whose state gives its app hash (which opening it tells). Where all blocks are here it
/// is
/// executed again from the first one. Where some are not, because they went with time or this member took a snapshot
/// after them, each block that should be here is looked at instead, and the tree of all events is made again. Reads
/// only; nothing else may write meanwhile.
public final class LedgerCheck {
    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final Store store;
    private final StoredBlocks blocks;
    private final BlockGaps gaps;
    private final LedgerRows.Tip tip;
    private long looked;
    private long firstEvent;

    /// @param found what is sound, or under the code of a [LedgerDamage] what is not
    public record Report(boolean isSound, String found) {}

    private LedgerCheck(Store store) {
        this.store = store;
        this.blocks = new StoredBlocks(store);
        this.gaps = BlockGaps.of(store);
        this.tip = LedgerRows.Tip.of(store);
    }

    /// @param says gets a line of what is being done
    public static Report of(Store store, Consumer<String> says) {
        var check = new LedgerCheck(store);
        if (check.gaps.gaps().isEmpty() && BlockPruning.keptFrom(store) == 0) {
            says.accept("ledger: replaying from its first block");
            var replay = LedgerReplay.of(store);
            String fault = replay.fault();
            return new Report(
                    fault == null, fault == null ? replay.height() + " blocks, " + replay.events() + " events" : fault);
        }
        says.accept("ledger: looking at each block and event that is here");
        String fault = check.fault();
        return fault == null ? new Report(true, check.found()) : new Report(false, fault);
    }

    private @Nullable String fault() {
        try {
            lookAtBlocks();
            requireEvents();
            return null;
        } catch (StoreException e) {
            if (e.category() != StoreException.Category.CORRUPT) {
                throw e;
            }
            return e.getMessage();
        }
    }

    private String found() {
        long missing = missingEvents();
        return "the state gives the app hash of block " + tip.position().height() + "; " + looked + " blocks and "
                + (eventsSize() - missing) + " events are here; the blocks before were not executed again, because not"
                + " all are kept here" + (missing == 0 ? "" : "; " + missing + " events are still to be fetched");
    }

    private void lookAtBlocks() {
        NavigableMap<Long, EraRecord> eras = new TreeMap<>();
        new StoredValues(store).withPrefix(StateKeys.ERAS, (_, value) -> {
            EraRecord era = EraRecord.decode(value);
            eras.put(era.initialHeight(), era);
        });
        for (EraRecord era : eras.values()) {
            Long next = eras.higherKey(era.initialHeight());
            long end = next == null ? tip.position().height() : next - 1;
            long from = Math.max(era.initialHeight(), BlockPruning.keptFrom(store));
            for (long height = gaps.after(from); height <= end; height = gaps.after(height + 1)) {
                BlockRecord block = blocks.record(height);
                if (block == null && next != null && endsBelow(height, next)) {
                    break;
                }
                if (block == null) {
                    throw LedgerDamage.BLOCK_MISSING.exception("block " + height + " is missing");
                }
                look(block, height, era);
            }
        }
    }

    /// An era may end below the height at which the next one begins.
    private boolean endsBelow(long height, long next) {
        return store.last(Column.BLOCK, LedgerRows.block(height), LedgerRows.block(next)) == null;
    }

    private void look(BlockRecord block, long height, EraRecord era) {
        boolean isNewest = height == tip.position().height();
        boolean fits = block.height() == height
                && block.era() == era.number()
                && block.firstEvent() >= firstEvent
                && block.firstEvent() <= eventsSize()
                && (!isNewest || block.time() == tip.position().blockTime())
                && (!isNewest || Arrays.equals(block.headerHash(), tip.headerHash()))
                && (!isNewest || Arrays.equals(block.appHash(), tip.appHash()))
                && fitsHeader(block)
                && isCertified(block, era);
        if (!fits) {
            throw LedgerDamage.BLOCK_DAMAGED.exception("block " + height + " is not what was written");
        }
        firstEvent = block.firstEvent();
        looked++;
    }

    /// A header of the solo engine stands in the block itself, and is there before its signature is.
    private static boolean fitsHeader(BlockRecord block) {
        return block.header().length == 0
                || (SoloHeader.decode(block.header()) instanceof Result.Ok<SoloHeader>(SoloHeader header)
                        && LedgerReplay.names(header, block));
    }

    /// A certificate that is here is one for this block; whose votes count was checked when it came.
    private boolean isCertified(BlockRecord block, EraRecord era) {
        byte[] signed = blocks.certificate(block.height());
        if (signed == null) {
            return true;
        }
        try {
            return switch (BlockRecord.certificate(block.header(), signed)) {
                case CometCertificate comet -> LedgerReplay.names(comet, block);
                case SoloCertificate solo ->
                    solo.header().isSignedBy(era.members().getFirst().engineKey(), solo.signature());
            };
        } catch (CborMalformed | IllegalArgumentException e) {
            return false;
        }
    }

    private long eventsSize() {
        return Frontier.decode(tip.eventsEdge()).orElseThrow().size();
    }

    private long missingEvents() {
        return EventGaps.of(store, eventsSize()).gaps().stream()
                .mapToLong(EventSpan::size)
                .sum();
    }

    /// The events that are here make the tree that is certified; while some are still to be fetched, nothing tells.
    private void requireEvents() {
        if (missingEvents() > 0) {
            return;
        }
        StoredEvents events = new StoredEvents(store);
        Frontier edge = new Frontier();
        while (edge.size() < eventsSize()) {
            List<byte[]> leaves = events.leaves(edge.size(), eventsSize(), EVENTS_AT_ONCE, BYTES_AT_ONCE);
            if (leaves.isEmpty()) {
                throw LedgerDamage.DIFFERS.exception("event " + edge.size() + " is missing");
            }
            leaves.forEach(leaf -> edge.append(MerkleTree.leafHash(leaf), (_, _, _) -> {}));
        }
        if (!Arrays.equals(edge.encode(), tip.eventsEdge())) {
            throw LedgerDamage.DIFFERS.exception("the events are not those that the members agreed on");
        }
    }
}
