package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.mirror.MirrorState.Condition;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All logs of the other members, mirrored here: one follower for each member, woken by the ledger's anchors.
public final class Mirrors implements AutoCloseable {
    private static final int NEWEST_ANCHORS = HeldEntry.MAX_COSIGNED;

    private final MemberId self;
    private final LedgerReader ledger;
    private final Store store;
    private final OtherMembers others;
    private final LedgerDesk desk;
    private final OwnLogs own;
    private final Holdings holdings;
    private final PromiseCheck promises;
    private final GrantedContents contents;
    private final FollowedErasures erasures;
    private final LongSupplier clockMs;
    private final LongSupplier nanos;
    private final Cosigner cosigner;
    private final Map<LogId, MirroredLog> logs = new ConcurrentHashMap<>();
    private final Map<LogId, Watch> watches = new ConcurrentHashMap<>();
    private final Map<MemberId, MemberFollower> followers = new ConcurrentHashMap<>();
    private LedgerReader.@Nullable Subscription subscription;

    /// @param nodeKey this member's, which cosigns and states what is held
    public Mirrors(
            MemberId self,
            LedgerReader ledger,
            Store store,
            OtherMembers others,
            OwnLogs own,
            Signer nodeKey,
            LedgerDesk desk,
            LongSupplier clockMs) {
        this(self, ledger, store, others, own, nodeKey, desk, clockMs, System::nanoTime);
    }

    /// The same where the passing of time comes from elsewhere.
    ///
    /// @param nanos as `System.nanoTime`
    public Mirrors(
            MemberId self,
            LedgerReader ledger,
            Store store,
            OtherMembers others,
            OwnLogs own,
            Signer nodeKey,
            LedgerDesk desk,
            LongSupplier clockMs,
            LongSupplier nanos) {
        this.self = self;
        this.ledger = ledger;
        this.store = store;
        this.others = others;
        this.own = own;
        this.desk = desk;
        this.clockMs = clockMs;
        this.nanos = nanos;
        String domain = Objects.requireNonNull(ledger.member(self), "this member is on the ledger")
                .domain();
        cosigner = new Cosigner(Cosigner.name(domain, ledger.head().ledger()), nodeKey, clockMs);
        holdings = new Holdings(self, ledger, own, this, cosigner);
        contents = new GrantedContents(self, ledger, store, this::log);
        erasures = new FollowedErasures(store, contents);
        promises = new PromiseCheck(ledger, this, desk);
    }

    /// What other members may ask of this one.
    public List<MemberRoute> routes() {
        return List.of(
                new LogFiles(own, ledger, this),
                new HeldRoute(holdings),
                new ContentsRoute(self, own, ledger),
                new ErasedRoute(own, store));
    }

    /// What this member may read of other members' devices.
    public GrantedContents contents() {
        return contents;
    }

    FollowedErasures erasures() {
        return erasures;
    }

    /// How what other members erased is taken off this one's disk; before the start.
    public void purgeBy(Consumer<List<KeyRange>> takes) {
        erasures.purgeBy(takes);
    }

    /// Whether promises are kept.
    public PromiseCheck promises() {
        return promises;
    }

    /// Who holds what.
    public Holdings holdings() {
        return holdings;
    }

    public void start() {
        subscription = ledger.onBlock(this::decided);
        followMembers();
    }

    /// On the engine's thread.
    private void decided(CommittedBlock block) {
        boolean isNewMember = false;
        for (Event event : block.events()) {
            isNewMember |= event.type() == EventType.MEMBER_REGISTERED;
            event.anchor().map(anchor -> followers.get(anchor.log().member())).ifPresent(MemberFollower::wake);
        }
        if (isNewMember) followMembers();
    }

    /// What the followers do in one round, one after another on the caller's thread: for whoever drives mirrors that
    /// are
    /// never started.
    public void round() {
        for (var member : ledger.members())
            if (!member.member().equals(self))
                followers.computeIfAbsent(member.member(), this::follower).round();
    }

    private void followMembers() {
        for (var member : ledger.members())
            if (!member.member().equals(self))
                followers.computeIfAbsent(member.member(), this::follower).start();
    }

    private MemberFollower follower(MemberId member) {
        return new MemberFollower(member, this, others, clockMs, nanos);
    }

    LedgerReader ledger() {
        return ledger;
    }

    MemberId self() {
        return self;
    }

    LedgerDesk desk() {
        return desk;
    }

    /// The mirror of a log of another member that the ledger knows; opened at the first call.
    MirroredLog log(LogRecord record) {
        return logs.computeIfAbsent(record.log(), id -> {
            var key = Objects.requireNonNull(ledger.key(record.key()), "a log's key is on the ledger");
            return new MirroredLog(id, new LogNotes(record.origin(), key.key()), store, cosigner);
        });
    }

    /// The mirror of this log, where there is one.
    Optional<MirroredLog> log(LogId id) {
        if (id.member().equals(self)) return Optional.empty();
        return Optional.ofNullable(ledger.log(id)).map(this::log);
    }

    Watch watch(LogId id) {
        return watches.computeIfAbsent(id, _ -> new Watch(clockMs.getAsLong()));
    }

    /// How the mirror of each log of another member stands, by log; and the logs of this member whose data it lost.
    public List<MirrorState> states() {
        return byName(ledger.logs())
                .flatMap(record -> record.log().member().equals(self)
                        ? ClosedLog.ofOwn(record, this).stream()
                        : Stream.of(state(record)))
                .toList();
    }

    OwnLogs own() {
        return own;
    }

    /// The log's last anchors, the newest first.
    static List<Event.Anchor> anchors(LedgerReader ledger, LogId log) {
        return ledger.history(Draft.subject(log), NEWEST_ANCHORS).stream()
                .flatMap(event -> event.anchor().stream())
                .toList();
    }

    static Stream<LogRecord> byName(List<LogRecord> logs) {
        return logs.stream()
                .sorted(Comparator.comparing(
                                (LogRecord record) -> record.log().member().value())
                        .thenComparingLong(record -> record.log().number()));
    }

    private MirrorState state(LogRecord record) {
        MirroredLog log = log(record);
        long mirrored = log.tree().size();
        Watch.Finding found = finding(record, log);
        return new MirrorState(
                record.log(),
                record.origin(),
                mirrored,
                record.size(),
                log.cosignedSize(),
                found.condition(),
                found.sinceMs(),
                found.text());
    }

    private Watch.Finding finding(LogRecord record, MirroredLog log) {
        Watch.Finding last = watch(record.log()).last();
        Optional<ForkRecord> fork = ledger.fork(record.log());
        if (fork.isPresent()) {
            long since = ledger.event(fork.get().event()).map(Event::blockTime).orElse(last.sinceMs());
            return new Watch.Finding(
                    Condition.FORKED,
                    since,
                    "two faces: it has two heads of size %d"
                            .formatted(fork.get().size()));
        }
        return log.fork()
                .map(found -> new Watch.Finding(Condition.FORKED, last.sinceMs(), "two faces: " + found.inWords()))
                .orElseGet(() -> record.closed() == null
                        ? last
                        : ClosedLog.finding(record, log.tree().size(), ledger, last.sinceMs()));
    }

    @Override
    public void close() {
        if (subscription != null) subscription.close();
        followers.values().forEach(MemberFollower::close);
    }
}
