package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemoryValues;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The ledger kept in the store: executes the engine's blocks, makes each durable in one batch, and shows readers what
/// is certified. Called by the engine's one thread; readers go through [#reader].
public final class StoredLedger implements Application {
    private static final byte[] NO_BYTES = {};
    private static final String AFTER_ALL = "" + (char) 0x7f;

    private final Store store;
    private final StoredValues values;
    private final StoredBlocks blocks;
    private final BlockPruning pruning;
    private final StoredEvents events;
    private final EventHistory history;
    private final StoredLinks links;
    private final LedgerFollower follower;
    private final Deque<CommittedState> uncertified = new ArrayDeque<>();
    private final SortedMap<Long, byte[]> unwrittenCertificates = new TreeMap<>();
    private final SnapshotExchange snapshots = new SnapshotExchange();
    private Ledger ledger;
    private LedgerRows.Tip tip;
    private EraRecord era;
    private StateVersion version;
    private VoterSets voters;
    private @Nullable DecidedBlock decided;
    private @Nullable BlockOutcome outcome;
    private boolean letsIn;

    private StoredLedger(Store store) {
        this.store = store;
        this.values = new StoredValues(store);
        this.blocks = new StoredBlocks(store);
        this.pruning = new BlockPruning(store);
        this.events = new StoredEvents(store);
        this.links = new StoredLinks(store);
        this.tip = LedgerRows.Tip.of(store);
        this.history = new EventHistory(
                store, Frontier.decode(tip.eventsEdge()).orElseThrow().size());
        this.follower = new LedgerFollower(events, history, blocks);
        this.version = new StateVersion(values);
        this.era = readEra();
        this.ledger = load(follower::found);
        this.voters = openVoters();
        BlockRecord last = blocks.record(tip.position().height());
        if (last == null || Arrays.equals(tip.headerHash(), LedgerRows.NO_HEADER)) {
            // An era began, or a snapshot was taken, and no block came since: there is nothing to certify.
            follower.show(committed(NO_BYTES, false, List.of(), List.of()));
        } else {
            BlockRecord before = blocks.record(tip.position().height() - 1);
            // A block without transactions may change something, too. Where it is not known, the next one certifies it.
            boolean changes = before == null || !Arrays.equals(before.appHash(), last.appHash());
            uncertified.add(committed(last.header(), changes, List.of(), List.of()));
        }
    }

    /// Whether the store holds a ledger.
    public static boolean isFounded(Store store) {
        return store.get(Column.META, LedgerRows.TIP) != null;
    }

    /// Puts a new ledger's first state into an empty store: for one that takes its blocks or a snapshot from others.
    public static void found(Store store, LedgerId ledger, EraRecord era) {
        Batch batch = store.newBatch();
        LedgerRows.Tip tip = BlockRows.putGenesis(batch, ledger, era);
        write(store, batch, tip);
    }

    /// Puts what is known of a ledger that runs elsewhere into an empty store, for one that takes a snapshot.
    ///
    /// @param known state entries by which the members are reached and recognised
    public static void foundToJoin(
            Store store, LedgerId ledger, EraRecord era, EraStart start, SortedMap<String, byte[]> known) {
        Batch batch = store.newBatch();
        LedgerRows.Tip tip = BlockRows.putKnown(batch, ledger, era, start, known);
        write(store, batch, tip);
    }

    /// Puts a new ledger with its first block into an empty store. Refuses a block of which something is refused.
    ///
    /// @param header makes the engine's header out of the app hash; its hash is H(header)
    static void found(Store store, LedgerId ledger, EraRecord era, DecidedBlock first, UnaryOperator<byte[]> header) {
        Batch batch = store.newBatch();
        LedgerRows.Tip genesis = BlockRows.putGenesis(batch, ledger, era);
        SortedMap<String, byte[]> state = Ledger.genesis(era, ledger);
        BlockOutcome done = new Ledger(
                        new MemoryValues(state), Ledger.stateOf(state), new Frontier(), genesis.position())
                .execute(first.height(), first.time(), first.transactions());
        done.results().stream()
                .flatMap(result -> result.refusals().stream())
                .findFirst()
                .ifPresent(refused -> {
                    throw new IllegalArgumentException("the ledger cannot be founded: " + refused);
                });
        byte[] headerBytes = header.apply(done.appHash());
        byte[] headerHash = Sha256.of(headerBytes);
        batch.put(
                Column.BLOCK,
                LedgerRows.block(first.height()),
                BlockRecord.of(done, first, headerBytes, headerHash, 0).encode());
        BlockRows.put(batch, done);
        var base = new LedgerRows.Base(first.height(), first.time(), headerHash);
        write(
                store,
                batch,
                new LedgerRows.Tip(
                        done.position(),
                        headerHash,
                        done.appHash(),
                        done.eventsEdge().encode(),
                        base));
    }

    private static void write(Store store, Batch batch, LedgerRows.Tip tip) {
        if (isFounded(store)) {
            throw new IllegalStateException("the store holds a ledger already");
        }
        store.write(batch.put(Column.META, LedgerRows.TIP, tip.encode()));
    }

    /// Opens the ledger in the store, and checks that its state gives the app hash it had.
    public static StoredLedger open(Store store) {
        return new StoredLedger(store);
    }

    private EraRecord readEra() {
        byte[] value = values.get(StateKeys.era(tip.position().era()));
        return EraRecord.decode(Objects.requireNonNull(value, "the era is in the state"));
    }

    private VoterSets openVoters() {
        byte[] value = values.get(StateKeys.VALIDATORS);
        List<EraRecord.EraMember> newest =
                value == null ? era.members() : ValidatorSet.decode(value).members();
        long height = tip.position().height();
        return height < era.initialHeight() ? VoterSets.of(era) : VoterSets.open(newest, height, blocks);
    }

    /// The members whose signatures count under the header of this height, one of the newest.
    public List<EraRecord.EraMember> votersAt(long headerHeight) {
        return voters.at(headerHeight);
    }

    private Ledger load(Consumer<String> found) {
        StateMap[] state = {StateMap.EMPTY};
        values.range("", AFTER_ALL, Integer.MAX_VALUE, (key, value) -> {
            state[0] = state[0].put(StateKeys.bytes(key), value);
            found.accept(key);
        });
        Frontier edge = Frontier.decode(tip.eventsEdge()).orElseThrow();
        Ledger loaded = new Ledger(values, state[0], edge, tip.position());
        if (!Arrays.equals(loaded.appHash(), tip.appHash())) {
            throw LedgerDamage.STATE_DAMAGED.exception("the ledger's state does not give its app hash");
        }
        return loaded;
    }

    /// What is certified, for the rest of the node.
    public LedgerReader reader() {
        return follower;
    }

    /// Keeps so many of the newest blocks from now on, 0: all.
    public void keepBlocks(long newest) {
        pruning.keep(newest);
    }

    /// The committed blocks.
    public StoredBlocks blocks() {
        return blocks;
    }

    /// The links of trust from set to set of members.
    public StoredLinks links() {
        return links;
    }

    /// Whether the last committed block is certified; false before the first one, and at start until the engine
    /// certified it again.
    public boolean isCertified() {
        return follower.hasCertified(tip.position().height());
    }

    /// The committed blocks that wait for a certificate, lowest first, each with whether it changed the app hash: one
    /// that did is certified by what comes after it, in an engine whose headers hold the app hash before the block.
    public List<Uncertified> uncertified() {
        return uncertified.stream()
                .map(state -> new Uncertified(state.head().height(), state.changesAppHash()))
                .toList();
    }

    /// A committed block that waits for a certificate.
    public record Uncertified(long height, boolean changesAppHash) {}

    /// The certificate of a block; of the newest one it stands in memory only, until the next block's batch.
    public Optional<Certificate> certificate(long height) {
        byte[] unwritten = unwrittenCertificates.get(height);
        byte[] signed = unwritten != null ? unwritten : blocks.certificate(height);
        BlockRecord block = blocks.record(height);
        return signed == null || block == null
                ? Optional.empty()
                : Optional.of(BlockRecord.certificate(block.header(), signed));
    }

    @Override
    public Info info() {
        Position at = tip.position();
        return new Info(at.ledger(), era, at.height(), at.blockTime(), tip.headerHash(), tip.appHash());
    }

    @Override
    public EraStart eraStart() {
        return LedgerRows.eraStart(Objects.requireNonNull(
                store.get(Column.META, LedgerRows.ERA_START), "the store does not know how its era began"));
    }

    @Override
    public Optional<Refused> check(byte[] transaction) {
        return check(transaction, tip.position().blockTime() + 1);
    }

    /// Whether the engine's pool keeps this at this time.
    public Optional<Refused> check(byte[] engineTransaction, long time) {
        return ledger.check(engineTransaction, time);
    }

    /// Whether a block at this time would take the transaction, in whatever batch it stands.
    public Optional<Refused> checkTransaction(byte[] transaction, long time) {
        return ledger.checkTransaction(transaction, time);
    }

    /// The number of a member's last batch in a committed block, 0 before its first.
    public long batchSequence(MemberId member) {
        return ledger.batchSequence(member);
    }

    @Override
    public List<byte[]> propose(List<byte[]> pool, long time, int maxBytes) {
        return ledger.propose(pool, time, maxBytes);
    }

    @Override
    public boolean process(DecidedBlock proposal) {
        return ledger.acceptable(proposal.height(), proposal.time(), proposal.transactions());
    }

    @Override
    public Finalized finalizeBlock(DecidedBlock block) {
        if (block.height() <= tip.position().height()) {
            return blocks.finalizedBefore(block);
        }
        decided = block;
        outcome = ledger.execute(block.height(), block.time(), block.transactions(), block.misbehaviour());
        return new Finalized(outcome.appHash(), outcome.results(), outcome.split(), outcome.validatorUpdates());
    }

    @Override
    public void commit(long height, byte[] header, byte[] headerHash) {
        if (height <= tip.position().height()) {
            blocks.requireSame(height, headerHash);
            return;
        }
        BlockOutcome done = Objects.requireNonNull(outcome, "finalizeBlock comes first");
        DecidedBlock block = Objects.requireNonNull(decided);
        if (block.height() != height) {
            throw new IllegalStateException("block " + height + " was not finalised");
        }
        long firstEvent = ledger.events().size();
        BlockRecord record = BlockRecord.of(done, block, header, headerHash, firstEvent);
        LedgerRows.Base base =
                done.changes().isEmpty() ? tip.base() : new LedgerRows.Base(height, block.time(), headerHash);
        boolean changes = !Arrays.equals(tip.appHash(), done.appHash());
        Batch batch = store.newBatch();
        batch.put(Column.BLOCK, LedgerRows.block(height), record.encode());
        if (done.validators().isPresent() && !era.isSolo()) {
            List<EraRecord.EraMember> before = voters.at(height + VoterSets.BLOCKS_UNTIL_IN_FORCE);
            StoredLinks.putWaiting(batch, WaitingLink.of(done, before));
        }
        pruning.put(batch, height, links.neededFrom());
        List<String> changed = write(done, batch, headerHash, base);
        letsIn = done.events().stream().anyMatch(event -> event.type() == EventType.MEMBER_REGISTERED);
        done.validators().ifPresent(set -> {
            voters.changed(height, set);
            links.look();
        });
        uncertified.add(committed(header, changes, done.events(), changed));
    }

    /// Makes an outcome durable and moves on to it. Returns the keys that it changed.
    private List<String> write(BlockOutcome done, Batch batch, byte[] headerHash, LedgerRows.Base base) {
        LedgerRows.Tip newTip = new LedgerRows.Tip(
                done.position(), headerHash, done.appHash(), done.eventsEdge().encode(), base);
        BlockRows.put(batch, done);
        batch.put(Column.META, LedgerRows.TIP, newTip.encode());
        unwrittenCertificates.forEach(
                (height, certificate) -> batch.put(Column.BLOCK, LedgerRows.certificate(height), certificate));
        ValuesBefore before = BlockRows.before(ledger, done);
        StateVersion next = version.supersede(before);
        store.write(batch);
        // A crash here: the block is durable, and not certified. The engine certifies it again at the next start.
        unwrittenCertificates.clear();
        ledger.accept(done);
        tip = newTip;
        version = next;
        outcome = null;
        decided = null;
        snapshots.ledgerIsAt(tip.position().height());
        return before.keys();
    }

    private CommittedState committed(
            byte[] header, boolean changesAppHash, List<Event> blockEvents, List<String> changed) {
        Position at = tip.position();
        LedgerHead head = new LedgerHead(
                at.ledger(),
                at.era(),
                at.height(),
                at.blockTime(),
                tip.headerHash(),
                tip.appHash(),
                ledger.events().size());
        return new CommittedState(
                head, ledger.state(), version, events, header, null, changesAppHash, changed, blockEvents, List.of());
    }

    @Override
    public void show(long height) {
        for (CommittedState state : uncertified) {
            if (state.head().height() <= height
                    && !follower.hasShown(state.head().height())) {
                follower.show(state);
            }
        }
    }

    @Override
    public void certify(long height, byte[] certificate) {
        if (uncertified.isEmpty() || uncertified.getFirst().head().height() > height) {
            return;
        }
        show(height);
        CommittedState state = uncertified.removeFirst();
        if (state.head().height() < height) {
            throw new IllegalStateException("block " + state.head().height() + " is certified before " + height);
        }
        unwrittenCertificates.put(height, certificate);
        // In an era of several members a block that changed something is certified by the next header.
        boolean byNext = state.header().length == 0 && state.changesAppHash();
        follower.certify(state.certified(certificate, voters.at(height + (byNext ? 1 : 0))));
    }

    @Override
    public void startEra(EraRecord next) {
        startEra(next, Optional.empty());
    }

    /// @param link by which verifiers get into the era, kept with its start
    public void startEra(EraRecord next, Optional<EraLink> link) {
        if (!uncertified.isEmpty()) {
            throw new IllegalStateException("an era ends with a certified block");
        }
        BlockOutcome start = ledger.startEra(next);
        Batch batch = store.newBatch();
        var base =
                new LedgerRows.Base(start.position().height(), start.position().blockTime(), LedgerRows.NO_HEADER);
        EraStart began = new EraStart(next.number(), start.position().blockTime(), start.appHash());
        batch.put(Column.META, LedgerRows.ERA_START, LedgerRows.eraStart(began));
        link.ifPresent(into -> StoredLinks.put(batch, into));
        List<String> changed = write(start, batch, LedgerRows.NO_HEADER, base);
        era = next;
        voters = VoterSets.of(next);
        follower.show(committed(NO_BYTES, false, List.of(), changed));
    }

    @Override
    public SnapshotOffer snapshot() {
        return snapshots.give(version, tip);
    }

    @Override
    public byte @Nullable [] chunk(int number) {
        return snapshots.chunk(number);
    }

    /// Whether a snapshot is taken as of the newest block: it changed something, so that there is a state of
    /// its own; who votes did not change in it or the one before, so that its members sign what follows; and it
    /// is the first such one of `every` blocks, or somebody was let in who will need it.
    ///
    /// @param newest height of the newest snapshot, 0 where there is none
    public boolean isSnapshotDue(long newest, long every) {
        long height = tip.position().height();
        boolean wanted = newest == 0 || newest / every < height / every || letsIn;
        return wanted && tip.base().height() == height && !VoterSets.changedAfter(height - 2, values);
    }

    /// A snapshot of the newest state, to be read by another thread while the ledger goes on.
    public Supplier<SnapshotSource> snapshotOfNow() {
        StateVersion of = version;
        LedgerSnapshot manifest = SnapshotExchange.manifest(tip);
        return () -> new SnapshotSource(of, manifest);
    }

    /// Whether every block from this height on is here.
    public boolean hasBlocksFrom(long height) {
        return blocks.areFrom(height, tip.position().height());
    }

    /// What came before a snapshot that was taken from others.
    public EventHistory history() {
        return history;
    }

    @Override
    public Optional<Refused> offer(
            SnapshotOffer offer, TrustedHead trusted, Predicate<List<EraRecord.EraMember>> voucher) {
        return offer.height() < tip.position().height()
                ? SnapshotExchange.refused("the ledger is ahead of it")
                : snapshots.begin(offer, trusted, tip, voucher);
    }

    /// Whether a snapshot is being taken: after a refused chunk, whether the right one is still waited for.
    public boolean isTakingSnapshot() {
        return snapshots.isTaking();
    }

    @Override
    public Optional<Refused> apply(int number, byte[] chunk) {
        return snapshots.take(number, chunk, this::replaceBy);
    }

    /// Moves on to a complete snapshot. Who reads an older state reads on in it; what waited for its certificate is as
    /// certain as the snapshot.
    private void replaceBy(SnapshotIntake complete) {
        ValuesBefore before = BlockRows.before(store, complete);
        StateVersion next = version.supersede(before);
        Batch batch = store.newBatch();
        BlockRows.replace(store, batch, complete, before.keys());
        history.snapshot(batch, ledger.events().size(), complete.edge().size());
        tip = LedgerRows.Tip.of(store);
        version = next;
        era = readEra();
        ledger = load(_ -> {});
        voters = openVoters();
        uncertified.clear();
        unwrittenCertificates.clear();
        outcome = null;
        decided = null;
        follower.show(committed(NO_BYTES, false, List.of(), before.keys()));
    }
}
