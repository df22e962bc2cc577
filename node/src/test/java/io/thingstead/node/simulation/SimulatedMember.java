package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ContractWatch;
import io.thingstead.node.LedgerAnchors;
import io.thingstead.node.ProofMaker;
import io.thingstead.node.command.Commands;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.simulated.EngineDisk;
import io.thingstead.node.consensus.simulated.Message;
import io.thingstead.node.consensus.simulated.SimulatedEngine;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.Ingress;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ingest.Sender;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.log.AnchorTarget.Anchored;
import io.thingstead.node.log.Anchorer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.mirror.Mirrors;
import io.thingstead.node.mirror.OwnLogs;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole member: store, ledger, engine, log, anchors, and the way in for devices, wired as the node wires them, in
/// the one thread of a simulation. It runs, stands still as a stopped process does, or is down; what is on its disks
/// survives.
final class SimulatedMember {
    private static final long EMPTY_BLOCK_MS = 10_000;
    private static final long ANCHOR_PATIENCE_MS = 30_000;
    private static final long VALID_MS = 120_000;
    private static final int LOST_DATA = 1;

    final MemberId id;
    final MemberKeys keys;
    final EngineDisk engineDisk = new EngineDisk();
    private final World world;
    private MemoryStore.Disk disk;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /// Added to the right time.
    long clockAheadMs;
    /// Writes until the store fails; 0: it does not.
    private int failingWrite;
    private boolean failed;
    private boolean up;
    private boolean still;
    private int lives;
    private FaultyStore faulty;
    private Store store;
    private StoredLedger ledger;
    private SimulatedEngine engine;
    private @Nullable Log log;
    private @Nullable Anchorer anchorer;
    private @Nullable Ingress ingress;
    private @Nullable Mirrors mirrors;
    private @Nullable ContractWatch contracts;
    private @Nullable CompletableFuture<?> logWish;
    private @Nullable CompletionStage<?> anchorAsked;
    private long anchorAskedAt;

    SimulatedMember(MemberId id, MemberKeys keys, MemoryStore.Disk disk, World world) {
        this.id = id;
        this.keys = keys;
        this.disk = disk;
        this.world = world;
        world.network().join(id, this::hear);
        world.members().put(id, this);
    }

    long clockMs() {
        return Founders.START_MS + world.time().nowMs() + clockAheadMs;
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(world.time().nowMs());
    }

    boolean isUp() {
        return up;
    }

    boolean isStill() {
        return still;
    }

    LedgerReader reader() {
        return ledger.reader();
    }

    StoredLedger ledger() {
        return ledger;
    }

    SimulatedEngine engine() {
        return engine;
    }

    Store store() {
        return store;
    }

    @Nullable
    Log log() {
        return log;
    }

    ProofMaker proofs(LogId of) {
        return new ProofMaker(
                List.of(Log.read(of, of.origin(of.member() + ".example", Founders.LEDGER), store)), ledger.reader());
    }

    MemoryStore.Disk disk() {
        return disk;
    }

    /// The process starts on what is on its disks.
    void start() {
        up = true;
        still = false;
        failed = false;
        failingWrite = 0;
        lives++;
        FaultyStore.Fault[] faults = FaultyStore.Fault.values();
        faulty = new FaultyStore(
                new MemoryStore(disk),
                faults[world.random().nextInt(faults.length)],
                () -> failingWrite > 0 && --failingWrite == 0);
        world.bugs().starts(id, disk);
        store = world.bugs().store(id, faulty);
        world.trace(id + " starts");
        guarded(() -> {
            ledger = StoredLedger.open(store);
            ledger.reader().onBlock(block -> {
                var head = block.head();
                world.trace(id + " block " + head.height() + " " + Arrays.hashCode(head.appHash()));
                world.invariants().decided(id, head.height(), head.appHash());
                ledger.reader().logs().forEach(record -> world.invariants().anchored(id, record));
                if (ledger.info().height() == head.height()) {
                    world.books().decided(id, block, store);
                }
            });
            ledger.reader()
                    .onCertified(head -> ledger.certificate(head.height())
                            .ifPresent(c -> world.invariants().certified(id, c.height(), c.headerHash())));
            engine = new SimulatedEngine(
                    ledger,
                    engineDisk,
                    id,
                    keys,
                    this::clockMs,
                    world.time()::nowMs,
                    world.conduct().outlet(this, world.network().outlet(id)),
                    EMPTY_BLOCK_MS);
            world.bugs().reader(id).ifPresent(engine::readBlocksAs);
            // An engine may know less than the ledger, and bring old blocks again.
            long next = ledger.info().height() + 1;
            engine.startFrom(next - world.random().nextInt(4));
            world.invariants().decided(id, ledger.info().height(), ledger.info().appHash());
        });
    }

    /// The process is gone, in the middle of whatever it did.
    void crash(String why) {
        if (up) {
            world.count("crashes");
            world.trace(id + " crashes: " + why);
            up = false;
            still = false;
            log = null;
            anchorer = null;
            ingress = null;
            mirrors = null;
            contracts = null;
            logWish = null;
            anchorAsked = null;
            waiting.clear();
            disk = world.bugs().afterCrash(id, disk);
        }
    }

    /// The process is stopped, and finds all that came meanwhile when it goes on.
    void stand(boolean stopped) {
        still = stopped;
        if (!stopped) {
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(this::guarded);
        }
    }

    /// The store fails at one of the next writes.
    void failWrite(int number) {
        failingWrite = number;
    }

    /// Does something as this process, if it runs.
    private void guarded(Runnable what) {
        if (!up) {
            return;
        }
        if (still) {
            if (waiting.size() < 10_000) {
                waiting.add(what);
            }
            return;
        }
        try {
            what.run();
        } catch (RuntimeException e) {
            stopped(e);
        }
        if (failed) {
            world.count("failed writes");
            crash("a write failed");
        }
    }

    /// The node says that it must end. Only the disk may be the reason.
    private void stopped(Throwable why) {
        if (why instanceof Violation violation) {
            throw violation;
        }
        if (!faulty.hasFailed()) {
            throw new Violation(id + " stopped by itself: " + why, why);
        }
        failed = true;
    }

    /// Looks once at every other member's log.
    void mirror() {
        if (!still) {
            guarded(() -> {
                if (mirrors != null) {
                    mirrors.round();
                }
            });
        }
    }

    /// Looks once at what leads its contracts on.
    void watchContracts() {
        if (!still) {
            guarded(() -> {
                if (contracts != null) {
                    contracts.look();
                }
            });
        }
    }

    /// How the other members' logs stand here.
    List<MirrorState> mirrored() {
        return mirrors == null ? List.of() : mirrors.states();
    }

    /// Another member asks.
    MemberAnswer answer(MemberId asking, String path) {
        if (mirrors != null) {
            for (MemberRoute route : mirrors.routes()) {
                if (path.startsWith(route.prefix())) {
                    return route.answer(asking, path.substring(route.prefix().length()));
                }
            }
        }
        return MemberAnswer.no(503, "not now");
    }

    private Optional<Refused> accuse(List<? extends Action> actions) {
        throw new Violation(id + " accuses an honest member: " + actions);
    }

    private void hear(Message message) {
        guarded(() -> engine.receive(message));
    }

    void step() {
        if (!still) {
            guarded(() -> {
                engine.step();
                if (log == null) {
                    openLog();
                } else {
                    log.round();
                }
            });
        }
    }

    void anchor() {
        boolean asked = anchorAsked != null
                && !anchorAsked.toCompletableFuture().isDone()
                && world.time().nowMs() - anchorAskedAt < ANCHOR_PATIENCE_MS;
        if (!still && !asked) {
            guarded(() -> {
                if (anchorer != null) {
                    anchorAsked = anchorer.ask().orElse(null);
                    anchorAskedAt = world.time().nowMs();
                }
            });
        }
    }

    /// No device is asked anything here.
    private Commands commands(Log opened) {
        return new Commands(
                Founders.LEDGER,
                reader(),
                keys.of(KeyRole.NODE),
                store,
                List.of(opened.reader()),
                opened.sequencer()::submit,
                (_, _, _, _) -> {},
                this::clockMs);
    }

    /// Opens the newest open log; where it lost data, closes it on the ledger and opens the next.
    private void openLog() {
        if (logWish != null && !logWish.isDone() || reader().member(id) == null) {
            return;
        }
        LogRecord newest = null;
        for (long number = 1; reader().log(new LogId(id, number)) != null; number++) {
            newest = reader().log(new LogId(id, number));
        }
        if (newest == null || newest.closed() != null) {
            logWish = ask(
                    new OpenLog(new LogId(id, newest == null ? 1 : newest.log().number() + 1)));
            return;
        }
        var settings = new LogSettings(newest.log(), Founders.LEDGER, newest.origin(), keys.of(KeyRole.LOG));
        switch (Log.open(
                settings,
                store,
                new Anchored(newest.size(), newest.root()),
                world.random(),
                this::nanos,
                this::stopped)) {
            case Log.Opening.Opened(Log opened) -> {
                log = opened;
                ingress = new Ingress(
                        Founders.LEDGER,
                        id,
                        reader(),
                        opened.sequencer()::submit,
                        this::clockMs,
                        world.counters(),
                        commands(opened));
                anchorer = new Anchorer(
                        opened.reader(),
                        new LedgerAnchors(
                                newest.log(), reader(), engine, keys.of(KeyRole.LOG), this::clockMs, world::nonce),
                        Duration.ofSeconds(1),
                        this::stopped);
                mirrors = new Mirrors(
                        id,
                        reader(),
                        store,
                        world.exchange(id),
                        new OwnLogs(List.of(opened.reader()), keys.of(KeyRole.LOG)),
                        keys.of(KeyRole.NODE),
                        this::accuse,
                        this::clockMs,
                        this::nanos);
                contracts = new ContractWatch(
                        id,
                        reader(),
                        opened.reader(),
                        this::askWith,
                        () -> world.bytes(Attachment.SALT_BYTES),
                        world.time()::nowMs);
            }
            case Log.Opening.Lost lost -> {
                world.trace(id + " lost " + lost.text());
                logWish = ask(new CloseLog(newest.log(), LOST_DATA));
            }
        }
    }

    /// A frame comes in.
    ///
    /// @param reply told when the member answers, unless it is gone by then
    void take(byte[] frame, Consumer<Outcome> reply) {
        int life = lives;
        guarded(() -> {
            if (ingress == null) {
                return;
            }
            Consumer<Outcome> alive = outcome -> {
                if (up && life == lives) {
                    reply.accept(outcome);
                }
            };
            switch (ingress.check(frame, Sender.ANYONE)) {
                case Checked.Turned(Outcome.Rejected rejected) -> alive.accept(rejected);
                case Checked.Noted() -> alive.accept(new Outcome.Noted());
                case Checked.Ready ready -> ready.submit(alive);
            }
        });
    }

    /// Asks the ledger, with the node key.
    CompletableFuture<TransactionResult> ask(Action... actions) {
        return ask(List.of(keys.of(KeyRole.NODE)), actions);
    }

    CompletableFuture<TransactionResult> ask(List<SigningKey> signers, Action... actions) {
        return handIn(Transactions.sign(Founders.LEDGER, world.nonce(), validUntil(), Arrays.asList(actions), signers));
    }

    /// Asks the ledger, with something attached.
    CompletableFuture<TransactionResult> askWith(List<Attachment> attachments, List<? extends Action> actions) {
        return handIn(Transactions.sign(
                Founders.LEDGER,
                world.nonce(),
                validUntil(),
                actions,
                false,
                List.of(keys.of(KeyRole.NODE)),
                attachments));
    }

    /// Asks for what the ledger must refuse.
    void askInVain(String what, List<Attachment> attachments, Action action) {
        askWith(attachments, List.of(action))
                .thenAccept(result -> world.invariants().refused(result, what));
    }

    private long validUntil() {
        return Math.max(clockMs(), reader().head().blockTime()) + VALID_MS;
    }

    CompletableFuture<TransactionResult> handIn(byte[] transaction) {
        CompletableFuture<TransactionResult> asked = engine.submit(transaction);
        asked.thenAccept(result -> world.invariants().told(result));
        return asked;
    }

    /// Whether nothing of this member is under way.
    boolean isQuiet() {
        return up
                && !still
                && engine.isLanded()
                && (reader().isRemoved(id) || log != null && log.reader().size() == anchoredSize(log));
    }

    private long anchoredSize(Log of) {
        return Optional.ofNullable(reader().log(of.reader().id()))
                .map(LogRecord::size)
                .orElse(0L);
    }
}
