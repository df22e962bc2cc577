package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.node.consensus.Application.EraStart;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
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

    static void put(Batch batch, BlockOutcome done) {
        done.changes().forEach((key, value) -> {
            if (value == null) {
                batch.delete(Column.STATE, StateKeys.bytes(key));
            } else {
                batch.put(Column.STATE, StateKeys.bytes(key), value);
            }
        });
        done.events().forEach(event -> StoredEvents.put(batch, event));
        done.nodes().forEach(n -> batch.put(Column.EVENT, LedgerRows.eventNode(n.level(), n.index()), n.hash()));
    }

    /// The values that the block is about to overwrite (null: there is none).
    static NavigableMap<String, byte @Nullable []> before(Store store, BlockOutcome done) {
        NavigableMap<String, byte @Nullable []> before = new TreeMap<>();
        List<String> asked = new ArrayList<>();
        done.changes().forEach((key, value) -> {
            // What was seen is put once and removed once: its value before needs no look.
            if (key.startsWith(StateKeys.SEEN)) {
                before.put(key, value == null ? EMPTY_ARRAY : null);
            } else {
                asked.add(key);
            }
        });
        List<byte @Nullable []> found = store.multiGet(
                Column.STATE, asked.stream().map(StateKeys::bytes).toList());
        for (int i = 0; i < asked.size(); i++) {
            before.put(asked.get(i), found.get(i));
        }
        return before;
    }

    /// Puts a complete snapshot in place of a ledger's first state, in one batch.
    static void replace(Store store, SnapshotIntake intake) {
        LedgerSnapshot from = intake.manifest();
        Batch batch = store.newBatch();
        new StoredValues(store).withPrefix("", (key, _) -> batch.delete(Column.STATE, StateKeys.bytes(key)));
        intake.entries().forEach((key, value) -> batch.put(Column.STATE, StateKeys.bytes(key), value));
        putEdge(batch, intake.edge());
        Position position = new Position(from.ledger(), from.era(), from.height(), from.blockTime(), 0);
        var base = new LedgerRows.Base(from.height(), from.blockTime(), from.headerHash());
        var tip = new LedgerRows.Tip(position, from.headerHash(), from.appHash(), from.eventsEdge(), base);
        batch.put(Column.META, LedgerRows.TIP, tip.encode());
        store.write(batch);
        // A crash before: the ledger stands at its first state, and the snapshot is taken again. After: it stands here.
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
