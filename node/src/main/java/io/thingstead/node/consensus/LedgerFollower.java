package io.thingstead.node.consensus;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.node.ledger.BlockFacts;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.KnownMembers;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.Misbehaviour;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.ValidatorSet;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.money.MoneyReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger for the rest of the node: what is decided, and what of it is certified, each as of one head.
final class LedgerFollower implements LedgerReader {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);
    /// About 1 KB each with its native part.
    private static final int MAX_PREPARED_KEYS = 100_000;
    private static final int SOLO_SIGNATURE_BYTES = 64;

    private final StoredEvents events;
    private final EventHistory history;
    private final StoredBlocks blocks;
    private final KeyDirectory keys = new KeyDirectory(MAX_PREPARED_KEYS);
    private final List<Consumer<CommittedBlock>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<LedgerHead>> certifiedListeners = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<MemberId, AtomicLong> deviceCounts = new ConcurrentHashMap<>();
    private volatile @Nullable CommittedState shown;
    private volatile @Nullable CommittedState certified;

    LedgerFollower(StoredEvents events, EventHistory history, StoredBlocks blocks) {
        this.events = events;
        this.history = history;
        this.blocks = blocks;
    }

    /// Takes note of a key of the state, as the ledger is opened.
    void found(String stateKey) {
        if (stateKey.startsWith(StateKeys.KEYS)) {
            keys.add(stateKey);
        } else if (stateKey.startsWith(StateKeys.DEVICES)) {
            count(stateKey);
        }
    }

    /// Moves on to a decided block. Called by the engine's thread.
    void show(CommittedState state) {
        CommittedState before = shown;
        shown = state;
        keys.changed(state.changedKeys());
        if (before != null) {
            for (String key : state.changedKeys()) {
                if (key.startsWith(StateKeys.DEVICES) && before.values().get(key) == null) {
                    count(key);
                }
            }
        }
        CommittedBlock block = new CommittedBlock(state.head(), state.events());
        listeners.forEach(listener -> tell(listener, block));
    }

    /// Who listens only shows what the ledger did; its trouble is not the ledger's, nor the other listeners'.
    private static <T> void tell(Consumer<T> listener, T what) {
        try {
            listener.accept(what);
        } catch (RuntimeException e) {
            LOG.error("a listener of the ledger failed", e);
        }
    }

    /// A block that is shown is certified now. Called by the engine's thread.
    void certify(CommittedState state) {
        certified = state;
        certifiedListeners.forEach(listener -> tell(listener, state.head()));
    }

    boolean hasShown(long height) {
        CommittedState state = shown;
        return state != null && state.head().height() >= height;
    }

    boolean hasCertified(long height) {
        CommittedState state = certified;
        return state != null && state.head().height() >= height;
    }

    @Override
    public Optional<CertifiedHead> certified() {
        return Optional.ofNullable(certified);
    }

    @Override
    public LedgerHead head() {
        return state().head();
    }

    private CommittedState state() {
        return Objects.requireNonNull(shown, "no block is there yet");
    }

    private ValueSource values() {
        return state().values();
    }

    @Override
    public @Nullable KeyRecord key(Thumbprint thumbprint) {
        for (KeyRecord record : keysByHint(thumbprint.bytes())) {
            if (record.key().thumbprint().equals(thumbprint)) {
                return record;
            }
        }
        return null;
    }

    @Override
    public List<KeyRecord> keysByHint(byte[] kid) {
        return keys.byHint(ByteBuffer.wrap(kid).getLong(), this::values);
    }

    @Override
    public @Nullable DeviceRecord device(DeviceId device) {
        byte[] value = values().get(StateKeys.device(device));
        return value == null ? null : DeviceRecord.decode(device, value);
    }

    @Override
    public List<DeviceRecord> devices(@Nullable DeviceId after, int limit) {
        return devicesIn(StateKeys.DEVICES, after, limit);
    }

    @Override
    public List<DeviceRecord> devices(MemberId member, @Nullable DeviceId after, int limit) {
        return devicesIn(StateKeys.DEVICES + member.value() + ":", after, limit);
    }

    private List<DeviceRecord> devicesIn(String prefix, @Nullable DeviceId after, int limit) {
        List<DeviceRecord> found = new ArrayList<>();
        String next = after == null ? prefix : StateKeys.device(after) + "\0";
        values().range(
                        next.compareTo(prefix) < 0 ? prefix : next,
                        prefix + (char) 0x7f,
                        limit,
                        (key, value) -> found.add(
                                DeviceRecord.decode(DeviceId.of(key.substring(StateKeys.DEVICES.length())), value)));
        return found;
    }

    private void count(String stateKey) {
        DeviceId device = DeviceId.of(stateKey.substring(StateKeys.DEVICES.length()));
        deviceCounts.computeIfAbsent(device.member(), _ -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public long deviceCount() {
        return deviceCounts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    @Override
    public long deviceCount(MemberId member) {
        AtomicLong count = deviceCounts.get(member);
        return count == null ? 0 : count.get();
    }

    @Override
    public @Nullable MemberRecord member(MemberId member) {
        byte[] value = values().get(StateKeys.member(member));
        return value == null ? null : MemberRecord.decode(member, value);
    }

    @Override
    public List<MemberRecord> members() {
        List<MemberRecord> found = new ArrayList<>();
        values().withPrefix(
                        StateKeys.MEMBERS,
                        (key, value) -> found.add(
                                MemberRecord.decode(new MemberId(key.substring(StateKeys.MEMBERS.length())), value)));
        return found;
    }

    @Override
    public @Nullable LogRecord log(LogId log) {
        byte[] value = values().get(StateKeys.log(log));
        return value == null ? null : LogRecord.decode(log, value);
    }

    @Override
    public List<LogRecord> logs() {
        List<LogRecord> found = new ArrayList<>();
        values().withPrefix(StateKeys.LOGS, (key, value) -> found.add(LogRecord.decode(StateKeys.logOf(key), value)));
        return found;
    }

    @Override
    public ValidatorSet validators() {
        byte[] value = values().get(StateKeys.VALIDATORS);
        return value == null ? new ValidatorSet(era(head().era()).members()) : ValidatorSet.decode(value);
    }

    @Override
    public Optional<Endpoint> endpoint(MemberId member) {
        return Optional.ofNullable(values().get(StateKeys.endpoint(member))).map(Endpoint::decode);
    }

    @Override
    public OptionalLong removal(MemberId member) {
        byte[] value = values().get(StateKeys.removed(member));
        return value == null ? OptionalLong.empty() : OptionalLong.of(KnownMembers.removal(value));
    }

    @Override
    public Optional<DecisionRecord> decision(long number) {
        return Optional.ofNullable(values().get(StateKeys.decision(number)))
                .map(value -> DecisionRecord.decode(number, value));
    }

    @Override
    public List<DecisionRecord> decisions() {
        List<DecisionRecord> found = new ArrayList<>();
        values().withPrefix(
                        StateKeys.DECISION,
                        (key, value) -> found.add(DecisionRecord.decode(
                                Long.parseLong(key, StateKeys.DECISION.length(), key.length(), 10), value)));
        found.sort(Comparator.comparingLong(DecisionRecord::number).reversed());
        return found;
    }

    @Override
    public List<GrantRecord> grants(DeviceId device) {
        return grantsWith(device.value() + "/");
    }

    @Override
    public List<GrantRecord> grantsBy(MemberId member) {
        return grantsWith(member.value() + ":");
    }

    private List<GrantRecord> grantsWith(String prefix) {
        List<GrantRecord> found = new ArrayList<>();
        values().withPrefix(StateKeys.GRANTS + prefix, (key, value) -> found.add(GrantRecord.decode(key, value)));
        return found;
    }

    @Override
    public List<GrantRecord> grantsOf(MemberId grantee) {
        List<GrantRecord> found = new ArrayList<>();
        values().withPrefix(StateKeys.GRANTS, (key, value) -> {
            if (key.endsWith("/" + grantee.value())) {
                found.add(GrantRecord.decode(key, value));
            }
        });
        return found;
    }

    @Override
    public Optional<ForkRecord> fork(LogId log) {
        return Optional.ofNullable(values().get(StateKeys.forked(log))).map(value -> ForkRecord.decode(log, value));
    }

    @Override
    public List<ForkRecord> forks() {
        List<ForkRecord> found = new ArrayList<>();
        values().withPrefix(
                        StateKeys.FORKED,
                        (key, value) -> found.add(ForkRecord.decode(StateKeys.logOf(StateKeys.FORKED, key), value)));
        return found;
    }

    @Override
    public List<BrokenPromise> brokenPromises() {
        List<BrokenPromise> found = new ArrayList<>();
        values().withPrefix(StateKeys.BROKEN_PROMISES, (key, value) -> found.add(BrokenPromise.decode(key, value)));
        return found;
    }

    @Override
    public long faults(MemberId member) {
        return Misbehaviour.count(values().get(StateKeys.memberFault(member)));
    }

    @Override
    public MoneyReader money() {
        CommittedState state = state();
        return new StoredMoney(state.values(), state.head().blockTime());
    }

    @Override
    public ContractReader contracts() {
        CommittedState state = state();
        return new StoredContracts(state.values(), state.head().blockTime());
    }

    @Override
    public MarketReader market() {
        CommittedState state = state();
        return new StoredMarket(state.values(), state.head().blockTime());
    }

    @Override
    public Optional<List<byte[]>> eventPath(long eventNo, long size) {
        return state().storedEvents().path(eventNo, size);
    }

    @Override
    public EraRecord era(long number) {
        return EraRecord.decode(Objects.requireNonNull(values().get(StateKeys.era(number)), "no such era"));
    }

    @Override
    public List<EraRecord> eras() {
        List<EraRecord> found = new ArrayList<>();
        values().withPrefix(StateKeys.ERAS, (_, value) -> found.add(EraRecord.decode(value)));
        found.sort(Comparator.comparingLong(EraRecord::number));
        return found;
    }

    @Override
    public long suspendedMs() {
        return SuspendedClock.decode(Objects.requireNonNull(values().get(StateKeys.CLOCK)));
    }

    @Override
    public Optional<Event> anchorCovering(LogId log, long index) {
        return events.anchorCovering(log, index).filter(event -> event.number() < head().eventsSize());
    }

    @Override
    public Optional<Event> event(long number) {
        return number < head().eventsSize() ? events.event(number) : Optional.empty();
    }

    @Override
    public List<Event> events(long from, int limit) {
        return events.range(from, Math.min(head().eventsSize(), from + limit));
    }

    @Override
    public List<Event> history(String subject, long before, int limit) {
        return events.history(subject, Math.min(head().eventsSize(), before), limit);
    }

    @Override
    public Optional<BlockFacts> block(long height) {
        LedgerHead head = head();
        BlockRecord record = height > head.height() ? null : blocks.record(height);
        if (record == null) {
            return Optional.empty();
        }
        long events = height == head.height() ? head.eventsSize() - record.firstEvent() : blocks.eventsOf(record);
        return Optional.of(new BlockFacts(
                record.era(),
                height,
                record.time(),
                record.headerHash(),
                record.appHash(),
                record.marks().size(),
                record.firstEvent(),
                events,
                certificate(record)));
    }

    /// That of the newest blocks stands in memory only, until the next block's batch.
    private Optional<Certificate> certificate(BlockRecord of) {
        byte[] signed = blocks.certificate(of.height());
        return signed != null
                ? Optional.of(BlockRecord.certificate(of.header(), signed))
                : certified()
                        .map(CertifiedHead::certificate)
                        .filter(newest -> BlockFacts.fits(newest, of.height(), of.headerHash(), of.appHash()));
    }

    @Override
    public Optional<Certificate> certificate(long height) {
        byte[] signed = blocks.certificate(height);
        if (signed == null) {
            return certified().map(CertifiedHead::certificate).filter(newest -> newest.height() == height);
        }
        // A signature alone is the solo engine's, whose header stands in the block.
        return signed.length == SOLO_SIGNATURE_BYTES
                ? block(height).flatMap(BlockFacts::certificate)
                : Optional.of(Certificate.read(signed));
    }

    @Override
    public long firstBlock() {
        return blocks.first();
    }

    @Override
    public List<EventSpan> missingEvents() {
        return history.missing();
    }

    @Override
    public long firstEvent() {
        return events.first().orElse(0);
    }

    @Override
    public Subscription onBlock(Consumer<CommittedBlock> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Subscription onCertified(Consumer<LedgerHead> listener) {
        certifiedListeners.add(listener);
        return () -> certifiedListeners.remove(listener);
    }
}
