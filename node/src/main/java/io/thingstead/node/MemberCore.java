package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.log.Anchorer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
    private static final int LOST_DATA = 1;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final MemberId member;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final Store store;
    private final MemberKeys keys;
    private final StoredLedger stored;
    private final ConsensusEngine engine;
    private final Registrar registrar;
    private final Log log;
    private final Anchorer anchorer;
    private final ProofMaker proofs;

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
        this.clockMs = clockMs;
        this.onFailure = onFailure;
        try {
            open.push(DataFolder.open(folder));
            store = around.apply(RocksStore.open(folder.resolve("store"), onFailure::accept));
            open.push(store);
            boolean isFounded = StoredLedger.isFounded(store);
            Path keyFolder = folder.resolve("keys");
            keys = isFounded ? MemberKeys.open(keyFolder) : MemberKeys.openOrCreate(keyFolder);
            if (!isFounded) {
                LedgerId founded = Founding.found(store, member, config.domainName(), keys, clockMs.getAsLong());
                LOG.info("founded ledger {}", founded);
            }
            stored = StoredLedger.open(store);
            engine = Engines.of(folder, config, stored, keys, clockMs, onFailure);
            open.push(engine);
            engine.start();
            requireOwnLedger();
            registrar = new Registrar(ledger(), engine, keys.of(KeyRole.NODE), clockMs);
            log = openLog();
            open.push(log);
            anchorer = new Anchorer(log.reader(), anchors(log.reader().id()), anchorInterval, onFailure);
            open.push(anchorer);
            proofs = new ProofMaker(log.reader(), ledger());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Starts to take readings and to anchor them. Listeners of the log are told from here on.
    public void start() {
        log.start();
        anchorer.start();
    }

    private void requireOwnLedger() {
        if (ledger().member(member) == null) {
            throw new NodeConfig.ConfigException("this data folder belongs to member "
                    + ledger().era(1).members().getFirst().member() + ", not to " + member
                    + ": set member in thingstead.toml, or choose another folder");
        }
    }

    /// Opens the newest open log; where it lost data, closes it on the ledger and opens the next.
    private Log openLog() {
        LogRecord newest = newestLog();
        if (newest.closed() != null) {
            return openNext(newest);
        }
        var settings = new LogSettings(newest.log(), registrar.ledger(), newest.origin(), keys.of(KeyRole.LOG));
        return switch (Log.open(settings, store, anchors(newest.log()).anchored(), onFailure)) {
            case Log.Opening.Opened(Log opened) -> opened;
            case Log.Opening.Lost lost -> {
                LOG.error("log {} lost data and is closed; the next one is opened: {}", lost.id(), lost.text());
                ask(List.of(new CloseLog(newest.log(), LOST_DATA)));
                yield openNext(newest);
            }
        };
    }

    private Log openNext(LogRecord before) {
        ask(List.of(new OpenLog(new LogId(member, before.log().number() + 1))));
        return openLog();
    }

    private LogRecord newestLog() {
        LogRecord newest = null;
        for (long number = 1; ; number++) {
            LogRecord record = ledger().log(new LogId(member, number));
            if (record == null) {
                break;
            }
            newest = record;
        }
        if (newest == null) {
            throw new IllegalStateException("the member has no log on the ledger");
        }
        return newest;
    }

    private void ask(List<? extends io.thingstead.node.ledger.action.Action> actions) {
        registrar.ask(actions).ifPresent(refused -> {
            throw new IllegalStateException("the ledger refused the member's own log: " + refused);
        });
    }

    private LedgerAnchors anchors(LogId id) {
        return new LedgerAnchors(id, ledger(), engine, keys.of(KeyRole.LOG), clockMs);
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

    public MemberKeys keys() {
        return keys;
    }

    public LedgerReader ledger() {
        return stored.reader();
    }

    public Registrar registrar() {
        return registrar;
    }

    public Log log() {
        return log;
    }

    public Anchorer anchorer() {
        return anchorer;
    }

    public ProofMaker proofs() {
        return proofs;
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
