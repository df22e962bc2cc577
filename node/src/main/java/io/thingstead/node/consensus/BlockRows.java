package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.consensus.Application.EraStart;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateChange;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a block, or a restored snapshot, changes in the store.
final class BlockRows {
    private static final byte[] EMPTY_ARRAY = {(byte) 0x80};

    private BlockRows() {}

    /// A new ledger's first state; returns where it stands then.
    static LedgerRows.Tip putGenesis(Batch batch, LedgerId ledger, EraRecord era) {
        SortedMap<String, byte[]> state = Ledger.genesis(era, ledger);
        state.forEach((key, value) -> batch.put(Column.STATE, StateKeys.bytes(key), value));
        Frontier none = new Frontier();
        byte[] appHash = AppHash.of(
                AppHash.RULES_VERSION, 0, none.root(), Ledger.stateOf(state).root());
        Position position = new Position(ledger, era.number(), era.initialHeight() - 1, 0, 0);
        batch.put(Column.META, LedgerRows.ERA_START, LedgerRows.eraStart(new EraStart(era.number(), 0, appHash)));
        var base = new LedgerRows.Base(position.height(), 0, LedgerRows.NO_HEADER);
        return new LedgerRows.Tip(position, LedgerRows.NO_HEADER, appHash, none.encode(), base);
    }

    /// The first state of a ledger that is to take a snapshot from others: what is known of it beforehand.
    /// Returns where it stands then: before the era's first block, and nothing is trusted of it but the way to
    /// the members.
    static LedgerRows.Tip putKnown(
            Batch batch, LedgerId ledger, EraRecord era, EraStart start, SortedMap<String, byte[]> known) {
        SortedMap<String, byte[]> state = Ledger.genesis(era, ledger);
        state.putAll(known);
        state.forEach((key, value) -> batch.put(Column.STATE, StateKeys.bytes(key), value));
        Frontier none = new Frontier();
        byte[] appHash = AppHash.of(
                AppHash.RULES_VERSION, 0, none.root(), Ledger.stateOf(state).root());
        Position position = new Position(ledger, era.number(), era.initialHeight() - 1, start.blockTime(), 0);
        batch.put(Column.META, LedgerRows.ERA_START, LedgerRows.eraStart(start));
        var base = new LedgerRows.Base(position.height(), start.blockTime(), LedgerRows.NO_HEADER);
        return new LedgerRows.Tip(position, LedgerRows.NO_HEADER, appHash, none.encode(), base);
    }

    static void put(Batch batch, BlockOutcome done) {
        for (StateChange change : done.changes()) {
            byte[] value = change.value();
            if (value == null) {
                batch.delete(Column.STATE, change.keyBytes());
            } else {
                batch.put(Column.STATE, change.keyBytes(), value);
            }
        }
        StoredEvents.put(batch, done.events(), done.leaves());
        done.nodes().forEach(n -> batch.put(Column.EVENT, LedgerRows.eventNode(n.level(), n.index()), n.hash()));
    }

    /// The values that the block is about to overwrite.
    static ValuesBefore before(Ledger ledger, BlockOutcome done) {
        return ValuesBefore.of(done.changes(), change -> before(ledger, change));
    }

    private static byte @Nullable [] before(Ledger ledger, StateChange change) {
        if (!change.key().startsWith(StateKeys.SEEN)) {
            return ledger.value(change.key());
        }
        // What was seen is put once and removed once: its value before needs no look.
        return change.value() == null ? EMPTY_ARRAY : null;
    }

    /// What a complete snapshot changes of the values that are here, key by key: the values before, null for none.
    static ValuesBefore before(Store store, SnapshotIntake intake) {
        SortedMap<String, byte @Nullable []> before = new TreeMap<>();
        Map<String, byte[]> entries = intake.entries();
        new StoredValues(store).withPrefix("", (key, value) -> {
            if (!Arrays.equals(entries.get(key), value)) {
                before.put(key, value);
            }
        });
        entries.keySet().forEach(key -> {
            if (!before.containsKey(key) && store.get(Column.STATE, StateKeys.bytes(key)) == null) {
                before.put(key, null);
            }
        });
        return ValuesBefore.of(before);
    }

    /// Puts a complete snapshot in place of the state that is here. Blocks and events that are here stay.
    ///
    /// @param changed the keys whose values differ
    static void replace(Store store, Batch batch, SnapshotIntake intake, Iterable<String> changed) {
        LedgerSnapshot from = intake.manifest();
        boolean hasBlocks = new StoredBlocks(store).first() > 0;
        BlockGaps.of(store)
                .with(LedgerRows.Tip.of(store).position().height(), hasBlocks, from.height())
                .put(batch);
        for (String key : changed) {
            byte[] value = intake.entries().get(key);
            if (value == null) {
                batch.delete(Column.STATE, StateKeys.bytes(key));
            } else {
                batch.put(Column.STATE, StateKeys.bytes(key), value);
            }
        }
        putEdge(batch, intake.edge());
        Position position = new Position(from.ledger(), from.era(), from.height(), from.blockTime(), 0);
        var base = new LedgerRows.Base(from.height(), from.blockTime(), from.headerHash());
        var next = new LedgerRows.Tip(position, from.headerHash(), from.appHash(), from.eventsEdge(), base);
        batch.put(Column.META, LedgerRows.TIP, next.encode());
    }

    /// The complete subtrees at the edge are the siblings on the paths of all events to come.
    private static void putEdge(Batch batch, Frontier edge) {
        ByteBuffer in = ByteBuffer.wrap(edge.encode());
        long size = in.getLong();
        for (int level = Long.SIZE - 1; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                byte[] hash = new byte[32];
                in.get(hash);
                batch.put(Column.EVENT, LedgerRows.eventNode(level, (size >>> level) - 1), hash);
            }
        }
    }
}
