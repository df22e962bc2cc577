package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ledger kept in the store: executes the engine's blocks, makes each durable in one batch, and shows readers what
/// is
/// certified. Called by the engine's one thread; readers go through [LedgerFollower].
public final class StoredLedger implements Application {
    private static final byte[] NO_HEADER = new byte[32];

    private final Store store;
    private final StoredValues values;
    private final LedgerFollower follower;
    private Ledger ledger;
    private byte[] headerHash;
    private @Nullable DecidedBlock decided;
    private @Nullable BlockOutcome outcome;

    private StoredLedger(Store store, Ledger ledger, byte[] headerHash, LedgerFollower follower) {
        this.store = store;
        this.values = new StoredValues(store);
        this.ledger = ledger;
        this.headerHash = headerHash;
        this.follower = follower;
    }

    /// Whether the store holds a ledger.
    public static boolean isFounded(Store store) {
        return store.get(Column.META, LedgerRows.TIP) != null;
    }

    /// Puts a new ledger's first state into an empty store.
    public static void found(Store store, LedgerId ledgerId, EraRecord era) {
        if (isFounded(store)) {
            throw new IllegalStateException("the store holds a ledger already");
        }
        Map<String, byte[]> genesis = Ledger.genesis(era, ledgerId);
        Position position = new Position(ledgerId, era.number(), era.initialHeight() - 1, 0, 0);
        Ledger ledger = new Ledger(new StoredValues(store), Ledger.stateOf(genesis), new Frontier(), position);
        Batch batch = store.newBatch();
        genesis.forEach((key, value) -> batch.put(Column.STATE, LedgerRows.utf8(key), value));
        batch.put(Column.META, LedgerRows.TIP, tip(ledger, NO_HEADER).encode());
        store.write(batch);
    }

    /// Opens the ledger in the store, and checks that its state gives the app hash it had.
    public static StoredLedger open(Store store) {
        LedgerRows.Tip tip = LedgerRows.Tip.decode(
                Objects.requireNonNull(store.get(Column.META, LedgerRows.TIP), "the store holds no ledger"));
        StoredValues values = new StoredValues(store);
        StateMap[] state = {StateMap.EMPTY};
        values.scan("", Integer.MAX_VALUE, (key, value) -> state[0] = state[0].put(LedgerRows.utf8(key), value));
        Frontier edge = Frontier.decode(tip.eventsEdge()).orElseThrow();
        Ledger ledger = new Ledger(values, state[0], edge, tip.position());
        if (!Arrays.equals(ledger.appHash(), tip.appHash())) {
            throw new IllegalStateException("the ledger's state does not give its app hash: the store is damaged");
        }
        LedgerFollower follower = new LedgerFollower(store, values);
        StoredLedger stored = new StoredLedger(store, ledger, tip.headerHash(), follower);
        byte[] signature =
                store.get(Column.BLOCK, LedgerRows.signature(tip.position().height()));
        if (signature != null) {
            stored.show(tip.position().height(), signature);
        }
        return stored;
    }

    private static LedgerRows.Tip tip(Ledger ledger, byte[] headerHash) {
        return new LedgerRows.Tip(
                ledger.position(), headerHash, ledger.appHash(), ledger.events().encode());
    }

    /// What is certified, for the rest of the node.
    public LedgerFollower reader() {
        return follower;
    }

    /// The header of a committed block, or null.
    public byte @Nullable [] header(long height) {
        byte[] block = store.get(Column.BLOCK, LedgerRows.block(height));
        return block == null ? null : LedgerRows.StoredBlock.decode(block).header();
    }

    /// Whether the last committed block has its certificate.
    public boolean isCertified() {
        long height = ledger.position().height();
        return store.get(Column.BLOCK, LedgerRows.signature(height)) != null;
    }

    /// The transactions of a committed block.
    public List<byte[]> transactions(long height) {
        byte[] block = store.get(Column.BLOCK, LedgerRows.block(height));
        return block == null ? List.of() : LedgerRows.StoredBlock.decode(block).transactions();
    }

    public EraRecord era() {
        byte[] value = values.get(StateKeys.era(ledger.position().era()));
        return EraRecord.decode(Objects.requireNonNull(value, "the era is in the state"));
    }

    @Override
    public Info info() {
        Position at = ledger.position();
        return new Info(
                at.ledger(), at.era(), era().chainId(), at.height(), at.blockTime(), headerHash, ledger.appHash());
    }

    @Override
    public Optional<Refused> check(byte[] transaction) {
        return ledger.check(transaction, ledger.position().blockTime() + 1);
    }

    @Override
    public List<byte[]> propose(List<byte[]> pool, long time, int maxBytes) {
        List<byte[]> taken = new ArrayList<>();
        int bytes = 0;
        for (byte[] transaction : pool) {
            if (bytes + transaction.length <= maxBytes
                    && ledger.check(transaction, time).isEmpty()) {
                taken.add(transaction);
                bytes += transaction.length;
            }
        }
        return taken;
    }

    @Override
    public boolean process(DecidedBlock proposal) {
        Position at = ledger.position();
        if (proposal.height() != at.height() + 1 || proposal.time() <= at.blockTime()) {
            return false;
        }
        Set<ByteBuffer> seen = new HashSet<>();
        for (byte[] transaction : proposal.transactions()) {
            if (!seen.add(ByteBuffer.wrap(transaction))
                    || ledger.check(transaction, proposal.time()).isPresent()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Finalized finalizeBlock(DecidedBlock block) {
        if (block.height() == ledger.position().height()) {
            // Asked again after a crash between commit and the engine's own note of it: the block is on the ledger.
            return new Finalized(ledger.appHash(), List.of());
        }
        decided = block;
        outcome = ledger.execute(block.height(), block.time(), block.transactions());
        return new Finalized(outcome.appHash(), outcome.results());
    }

    @Override
    public void commit(byte[] header) {
        BlockOutcome done = Objects.requireNonNull(outcome, "finalizeBlock comes first");
        DecidedBlock block = Objects.requireNonNull(decided);
        byte[] newHeaderHash = SoloHeader.hash(header);
        Batch batch = store.newBatch();
        done.changes().forEach((key, value) -> {
            if (value == null) {
                batch.delete(Column.STATE, LedgerRows.utf8(key));
            } else {
                batch.put(Column.STATE, LedgerRows.utf8(key), value);
            }
        });
        done.events().forEach(event -> putEvent(batch, event));
        done.nodes().forEach(n -> batch.put(Column.EVENT, LedgerRows.eventNode(n.level(), n.index()), n.hash()));
        batch.put(
                Column.BLOCK,
                LedgerRows.block(block.height()),
                new LedgerRows.StoredBlock(header, block.transactions()).encode());
        LedgerRows.Tip tip = new LedgerRows.Tip(
                done.position(),
                newHeaderHash,
                done.appHash(),
                done.eventsEdge().encode());
        batch.put(Column.META, LedgerRows.TIP, tip.encode());
        store.write(batch);
        // A crash here: the block is kept but not certified. At the next start the engine signs its header again.
        ledger.accept(done);
        headerHash = newHeaderHash;
        follower.changed(done.changes().keySet());
    }

    private static void putEvent(Batch batch, Event event) {
        batch.put(Column.EVENT, LedgerRows.event(event.number()), event.leaf());
        byte[] number = LedgerRows.event(event.number());
        event.subjects()
                .forEach(subject -> batch.put(Column.EVENT_INDEX, LedgerRows.history(subject, event.number()), number));
        if (event.type() == EventType.CHECKPOINT_ANCHORED) {
            CborReader body = CborReader.strict(event.body());
            body.readArrayOf(6);
            LogId log = new LogId(new MemberId(body.readText(32)), body.readUint());
            body.readUint();
            batch.put(Column.EVENT_INDEX, LedgerRows.anchor(log, body.readUint()), number);
        }
    }

    @Override
    public void certify(long height, byte[] signature) {
        Batch batch = store.newBatch();
        batch.put(Column.BLOCK, LedgerRows.signature(height), signature);
        store.write(batch);
        show(height, signature);
    }

    private void show(long height, byte[] signature) {
        byte[] header = Objects.requireNonNull(header(height), "a certified block is committed");
        follower.show(
                ledger.position(), ledger.state(), ledger.events(), headerHash, ledger.appHash(), header, signature);
    }

    @Override
    public LedgerSnapshot snapshot() {
        return Snapshots.take(values, ledger.position(), headerHash, ledger.appHash(), ledger.events());
    }

    @Override
    public Optional<Refused> restore(LedgerSnapshot snapshot, byte[] trustedAppHash) {
        if (ledger.events().size() > 0) {
            return Optional.of(new Refused(Refusal.ACTION_NOT_ALLOWED, "the ledger has events already"));
        }
        Optional<Refused> refused = Snapshots.restore(store, snapshot, trustedAppHash);
        if (refused.isEmpty()) {
            StoredLedger restored = open(store);
            ledger = restored.ledger;
            headerHash = restored.headerHash;
        }
        return refused;
    }
}
