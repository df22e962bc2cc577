package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredBlocks;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.EngineStart;
import io.thingstead.node.consortium.Arrival;
import io.thingstead.node.consortium.Rejoin;
import io.thingstead.node.consortium.RunningInvite;
import io.thingstead.node.exchange.Exchange;
import io.thingstead.node.exchange.ExchangeSettings;
import io.thingstead.node.exchange.StatusRoute;
import io.thingstead.node.history.EventFetch;
import io.thingstead.node.history.EventRoute;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.log.Anchorer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.trust.LinkFetch;
import io.thingstead.node.trust.LinkRoute;
import io.thingstead.node.trust.RemovalFetch;
import io.thingstead.node.trust.TrustHistory;
import io.thingstead.node.upgrade.Upgrade;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a member cannot be without: the store, the ledger with its engine, the log, and the anchors between them.
/// Everything else (transports, views, pages) stands on it and can be made again.
public final class MemberCore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberCore.class);
    private static final Duration ANCHOR_INTERVAL = Duration.ofSeconds(1);
    /// Several members take longer to agree: what is accepted is still certified within a second.
    private static final Duration ANCHOR_INTERVAL_OF_SEVERAL = Duration.ofMillis(500);
    private static final long ADMISSION_SAID_NS = 30_000_000_000L;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final MemberId member;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final RocksStore rocks;
    private final Store store;
    private final MemberKeys keys;
    private final EngineKeys engineKeys;
    private final StoredLedger stored;
    private final ConsensusEngine engine;
    private final Registrar registrar;
    private final Log log;
    private final Anchorer anchorer;
    private final OwnStanding standing;
    private final ProofMaker proofs;
    private final NodeConfig config;
    private final Path folder;
    private final Exchange exchange;
    private final TrustHistory trust;

    /// Opens the member in this folder; founds its ledger when the folder is new.
    ///
    /// @param onFailure told when the process must end: what is in memory and on disk may differ
    public static MemberCore open(Path folder, NodeConfig config, LongSupplier clockMs, Consumer<Throwable> onFailure) {
        return open(folder, config, clockMs, onFailure, UnaryOperator.identity(), ANCHOR_INTERVAL);
    }

    /// @param around wraps the store, for tests that make it fail
    static MemberCore open(
            Path folder,
            NodeConfig config,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure,
            UnaryOperator<Store> around,
            Duration anchorInterval) {
        return new MemberCore(folder, config, clockMs, onFailure, around, anchorInterval);
    }

    private MemberCore(
            Path folder,
            NodeConfig config,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure,
            UnaryOperator<Store> around,
            Duration anchorInterval) {
        this.member = config.memberId();
        this.config = config;
        this.folder = folder;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
        try {
            Restored.requireWhole(folder);
            Upgrade.ifOlder(folder);
            open.push(DataFolder.open(folder));
            StoreSnapshot.forget(folder);
            Arrival.again(folder);
            rocks = RocksStore.open(folder.resolve("store"), onFailure::accept);
            store = around.apply(rocks);
            open.push(store);
            boolean isFounded = StoredLedger.isFounded(store);
            Path keyFolder = folder.resolve("keys");
            StoredLedger known = isFounded ? StoredLedger.open(store) : null;
            if (known == null || known.info().era().isSolo()) {
                Restored.requireAlone(keyFolder);
            }
            if (Restored.isMarked(folder)) {
                Restored.renewKeys(folder);
            }
            keys = isFounded ? MemberKeys.open(keyFolder) : MemberKeys.openOrCreate(keyFolder);
            if (known == null) {
                LedgerId founded = Founding.found(store, member, config.domainName(), keys, clockMs.getAsLong());
                LOG.info("founded ledger {}", founded);
            }
            stored = known == null ? StoredLedger.open(store) : known;
            engineKeys = EngineKeys.open(keyFolder);
            exchange = new Exchange(member, keys.of(KeyRole.TLS), ledger());
            open.push(exchange);
            engine = Engines.of(folder, config, stored, keys, engineKeys, exchange, clockMs, onFailure);
            open.push(engine);
            engine.start();
            awaitAdmission();
            requireOwnLedger();
            standing = new OwnStanding(member, ledger(), engine);
            registrar = new Registrar(member, standing::isRemoved, ledger(), engine, keys.of(KeyRole.NODE), clockMs);
            exchange.offer(new StatusRoute(
                    member, version(), ledger(), () -> engine.holdsBack().isPresent()));
            trust = new TrustHistory(ledger(), stored.links());
            exchange.offer(new LinkRoute(trust));
            exchange.offer(new EventRoute(stored.history()));
            log = openLog();
            open.push(log);
            anchorer = new Anchorer(
                    log.reader(),
                    anchors(log.reader().id()),
                    atMost(anchorInterval, stored.info().era()),
                    onFailure);
            open.push(anchorer);
            open.push(standing);
            proofs = new ProofMaker(
                    logs(), ledger(), gone -> gone.equals(member) ? standing.isRemoved() : ledger().isRemoved(gone));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    static String version() {
        String version = MemberCore.class.getPackage().getImplementationVersion();
        return version == null ? "unreleased" : version;
    }

    private static Duration atMost(Duration interval, EraRecord era) {
        boolean tooLong = !era.isSolo() && interval.compareTo(ANCHOR_INTERVAL_OF_SEVERAL) > 0;
        return tooLong ? ANCHOR_INTERVAL_OF_SEVERAL : interval;
    }

    /// Starts to take readings and to anchor them. Listeners of the log are told from here on. Other members are
    /// answered what was offered to the exchange.
    public void start() {
        standing.start(anchorer::close);
        EraRecord era = ledger().era(ledger().head().era());
        if (!era.isSolo()) {
            var removal = new RemovalFetch(trust, ledger(), exchange, this::others, member, clockMs, standing::removed);
            open.push(removal);
            removal.start();
        }
        log.start();
        if (!standing.isRemoved()) {
            anchorer.start();
        }
        if (!era.isSolo() || config.isToldOfMembers()) {
            listen();
        }
        if (!standing.isRemoved()) {
            open.push(Announcement.start(this, folder, config));
            open.push(Seat.start(this));
        }
        if (!era.isSolo()) {
            var fetch = new LinkFetch(trust, exchange, this::others);
            open.push(fetch);
            fetch.start();
            var events = new EventFetch(stored.history(), exchange, this::others, onFailure);
            open.push(events);
            events.start();
        }
    }

    /// For other members; once.
    private void listen() {
        if (exchange.port() != 0) {
            return;
        }
        var listen = config.membersListen();
        int port = listen.portOr(NodeConfig.MEMBERS_PORT);
        config.membersAddress(port); // refused before it listens
        exchange.listen(ExchangeSettings.of(listen.hostOrLoopback(), port));
    }

    /// Where the ledger must decide on the log first and this member's own vote may be missing there, people and the
    /// other members reach it meanwhile.
    private Log openLog() {
        var own = new OwnLog(member, ledger(), engine, registrar, keys, store, folder, clockMs, onFailure);
        boolean isAlone = stored.info().era().isSolo();
        if (isAlone || (!RestoredLog.isNeeded(folder) && engine.holdsBack().isEmpty())) {
            return own.open();
        }
        listen();
        try (var _ = WaitingNode.open(folder, config, ledger(), engine, voteAgain())) {
            return own.open();
        }
    }

    /// What ends the wait of a member that lost its record of votes.
    VoteAgain voteAgain() {
        return new VoteAgain(member, ledger(), exchange, engine, () -> EngineStart.isMarked(folder.resolve("engine")));
    }

    private List<MemberId> others() {
        return ledger().members().stream()
                .map(MemberRecord::member)
                .filter(other -> !other.equals(member) && !ledger().isRemoved(other))
                .toList();
    }

    /// A member that joins a ledger that runs has nothing of it before the others have let it in and it has taken their
    /// state.
    private void awaitAdmission() {
        long saidNs = System.nanoTime() - ADMISSION_SAID_NS;
        while (ledger().log(new LogId(member, 1)) == null
                && ledger().logs().isEmpty()
                && EngineStart.isMarked(folder.resolve("engine"))) {
            if (System.nanoTime() - saidNs >= ADMISSION_SAID_NS) {
                LOG.info(
                        Rejoin.isUnderWay(folder)
                                ? "{} comes back: waits for a snapshot of the other members' state"
                                : "waits until the members have let {} in, and for a snapshot of their state",
                        member);
                saidNs = System.nanoTime();
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted before the ledger was there", e);
            }
        }
    }

    private void requireOwnLedger() {
        KeyRecord own = ledger().key(keys.of(KeyRole.IDENTITY).key().thumbprint());
        if (own == null || !own.member().equals(member)) {
            throw new NodeConfig.ConfigException("this data folder belongs to "
                    + (own == null ? "no member of its ledger" : "member " + own.member()) + ", not to " + member
                    + ": set member in thingstead.toml, or choose another folder");
        }
    }

    /// All logs of the member, the one in use last.
    List<LogReader> logs() {
        List<LogReader> all = new ArrayList<>();
        for (long number = 1; number < log.reader().id().number(); number++) {
            LogId id = new LogId(member, number);
            String origin = Objects.requireNonNull(ledger().log(id), "logs are opened one after another")
                    .origin();
            all.add(Log.read(id, origin, store));
        }
        all.add(log.reader());
        return all;
    }

    private LedgerAnchors anchors(LogId id) {
        return new LedgerAnchors(id, ledger(), engine, keys.of(KeyRole.LOG), clockMs, Founding::nonce);
    }

    public MemberId member() {
        return member;
    }

    public LongSupplier clockMs() {
        return clockMs;
    }

    public Store store() {
        return store;
    }

    /// The data folder.
    Path folder() {
        return folder;
    }

    /// The store's database itself.
    RocksStore rocks() {
        return rocks;
    }

    public MemberKeys keys() {
        return keys;
    }

    public EngineKeys engineKeys() {
        return engineKeys;
    }

    public LedgerReader ledger() {
        return stored.reader();
    }

    public ConsensusEngine engine() {
        return engine;
    }

    /// The committed blocks as they stand in the store.
    public StoredBlocks blocks() {
        return stored.blocks();
    }

    public Registrar registrar() {
        return registrar;
    }

    public Log log() {
        return log;
    }

    /// Who voted when.
    public TrustHistory trust() {
        return trust;
    }

    /// What members ask of each other.
    public Exchange exchange() {
        return exchange;
    }

    public Anchorer anchorer() {
        return anchorer;
    }

    OwnStanding standing() {
        return standing;
    }

    public ProofMaker proofs() {
        return proofs;
    }

    /// What a member needs in order to join this ledger while it runs.
    public RunningInvite invite() {
        return RunningInvite.of(member.value(), ledger(), stored.eraStart(), clockMs.getAsLong());
    }

    /// Ends in the reverse order of the start: nothing is accepted any more, what was accepted is durable.
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("closing {}: {}", next.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
