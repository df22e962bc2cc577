package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TransactionPool;
import io.thingstead.node.consensus.TransactionPool.Pending;
import io.thingstead.node.consensus.comet.Flights.Flight;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.TransactionResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine of several members: a CometBFT process that the node supervises, signs for, and answers out of its
/// ledger.
/// Transactions wait in the node's own pool and are handed to the engine a few at a time.
public final class CometEngine implements ConsensusEngine, CometApplication.Blocks {
    private static final Logger LOG = LoggerFactory.getLogger(CometEngine.class);
    private static final long FIRST_CERTIFICATE_MS = 5_000;
    private static final long HAND_OVER_AGAIN_MS = 2_000;
    private static final long CLOSE_MS = 10_000;
    private static final int MAX_SOCKET_PATH = 100;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final StoredLedger ledger;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final TransactionPool pool = new TransactionPool();
    private final Flights flights = new Flights();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CometSettings settings;
    private final Signer engineKey;
    private final SigningKey peerKey;
    private final Predicate<String> isMember;
    private final Thread sender =
            Thread.ofPlatform().name("comet-sender").daemon().unstarted(this::send);
    private volatile boolean closed;
    private volatile @Nullable CometRpc rpc;
    private volatile @Nullable Certifier certifier;
    private volatile @Nullable CometProcess process;

    /// @param peerKey the member's identity on the engines' network
    /// @param isMember whether an engine of this network identity is one of a member
    /// @param onFailure told once when the engine cannot go on (disk, broken invariant): the process must stop
    public CometEngine(
            StoredLedger ledger,
            CometSettings settings,
            Signer engineKey,
            SigningKey peerKey,
            Predicate<String> isMember,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.settings = settings;
        this.engineKey = engineKey;
        this.peerKey = peerKey;
        this.isMember = isMember;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
    }

    @Override
    public String name() {
        return EraRecord.COMET;
    }

    @Override
    public void start() {
        try {
            takeUp();
            awaitCertificate();
        } catch (RuntimeException e) {
            pool.close(new Refused(Refusal.STORE_UNAVAILABLE, "the ledger did not start: " + e.getMessage()));
            close();
            throw e;
        }
    }

    private void takeUp() {
        Application.Info info = ledger.info();
        EraRecord era = info.era();
        if (!era.engine().equals(EraRecord.COMET)) {
            throw new IllegalStateException("era " + era.number() + " of the ledger is not one of several members");
        }
        ledger.show(info.height());
        Path sockets = sockets();
        var application = new CometApplication(ledger, isMember, this, settings.keepBlocks());
        var abci = new AbciServer(sockets.resolve("abci"), application, this::fail);
        open.push(abci);
        abci.start();
        open.push(this::answerFlights);
        var state = SignerState.open(signerState());
        open.push(state);
        var signer = new RemoteSigner(sockets.resolve("signer"), new EngineSigner(engineKey, era.chainId(), state));
        open.push(signer);
        int rpcPort = freePort();
        var files = new CometFiles(settings);
        files.write(
                era,
                ledger.eraStart().blockTime() + 1,
                peerKey,
                sockets.resolve("abci"),
                sockets.resolve("signer"),
                rpcPort);
        var requests = new CometRpc(rpcPort);
        open.push(requests);
        rpc = requests;
        var members = new MemberSet(era.forTrust().members());
        var certifies = new Certifier(ledger, requests, height -> members, this::fail);
        open.push(certifies);
        certifier = certifies;
        var child = new CometProcess(
                settings.program(), settings.home(), () -> beforeStart(application, files, sockets.resolve("signer")));
        open.push(child);
        process = child;
        signer.start();
        child.start();
        certifies.start();
        sender.start();
    }

    private static void beforeStart(CometApplication application, CometFiles files, Path signerSocket) {
        application.tellFromStart(!files.hasBlocks());
        try {
            Files.deleteIfExists(signerSocket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path signerState() {
        try {
            Files.createDirectories(settings.home());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the engine's folder " + settings.home(), e);
        }
        return settings.home().resolve("signer.state");
    }

    /// A path to a Unix socket has about 100 bytes: where the engine's folder is too deep, the sockets stand in a short
    /// one of their own, which only the node's user may enter.
    private Path sockets() {
        try {
            Path own = settings.home().toAbsolutePath().resolve("sockets");
            boolean isShort = own.toString().length() + "/signer".length() <= MAX_SOCKET_PATH;
            Path folder = isShort ? Files.createDirectories(own) : Files.createTempDirectory("ts");
            open.push(() -> {
                Files.deleteIfExists(folder.resolve("signer"));
                Files.deleteIfExists(folder.resolve("abci"));
                Files.deleteIfExists(folder);
            });
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the engine's sockets", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port for the engine's requests", e);
        }
    }

    private void awaitCertificate() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FIRST_CERTIFICATE_MS);
        try {
            while (!hasAgreed() && System.nanoTime() < until && !failed.get()) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!hasAgreed()) {
            LOG.warn("the members have not agreed yet since this node started; readings are taken meanwhile");
        }
    }

    private boolean hasAgreed() {
        long era = ledger.reader().head().era();
        return ledger.reader()
                .certified()
                .filter(certified -> certified.head().era() == era)
                .isPresent();
    }

    /// Why the engine does not run, or empty while it does.
    public Optional<String> trouble() {
        CometProcess child = process;
        return child == null
                ? Optional.of("the consensus engine is not started")
                : Optional.ofNullable(child.trouble());
    }

    /// The engine's process, -1 while there is none.
    public long pid() {
        CometProcess child = process;
        return child == null ? -1 : child.pid();
    }

    @Override
    public CompletableFuture<TransactionResult> submit(byte[] transaction) {
        return pool.add(transaction);
    }

    /// The sender's thread: hands over what waits, and again what did not land.
    private void send() {
        List<Pending> waiting = new ArrayList<>();
        try {
            while (!closed) {
                boolean more = pool.take(waiting, 200);
                if (closed) {
                    break;
                }
                if (more) {
                    handOver(waiting);
                    waiting.clear();
                }
                handOverAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e);
        }
        Refused closing = new Refused(Refusal.BUSY, "the ledger is closing: try again later");
        waiting.forEach(p -> p.refuse(closing));
    }

    private void handOver(List<Pending> waiting) throws InterruptedException {
        for (Pending pending : waiting) {
            Optional<Refused> refused;
            synchronized (ledger) {
                refused = ledger.check(
                        pending.transaction(),
                        Math.max(clockMs.getAsLong(), ledger.info().blockTime() + 1));
            }
            if (refused.isPresent()) {
                pending.refuse(refused.get());
            } else {
                Flight flight = new Flight(pending.transaction(), List.of(pending), System.nanoTime());
                if (flights.add(flight)) {
                    handOver(flight);
                }
            }
        }
    }

    private void handOverAgain() {
        long now = System.nanoTime();
        for (Flight flight : flights.olderThan(now - TimeUnit.MILLISECONDS.toNanos(HAND_OVER_AGAIN_MS))) {
            flights.handedOverAgain(flight, now);
            handOver(flight);
        }
    }

    private void handOver(Flight flight) {
        CometRpc engine = rpc;
        if (engine == null) {
            return;
        }
        try {
            String why = engine.broadcast(flight.transaction());
            if (why != null) {
                LOG.debug("the engine does not take a transaction now: {}", why);
            }
        } catch (IOException e) {
            LOG.debug("the engine cannot be reached, transactions wait: {}", e.toString());
        }
    }

    @Override
    public void decided(long height) {
        wakeCertifier();
    }

    @Override
    public void committed(DecidedBlock block, Finalized what) {
        wakeCertifier();
        for (int i = 0; i < block.transactions().size(); i++) {
            Flight flight = flights.landed(block.transactions().get(i));
            if (flight != null) {
                flight.parts().getFirst().done().complete(what.results().get(i));
                Refused seen = new Refused(Refusal.TX_SEEN, "this transaction is on the ledger already");
                flight.parts().stream().skip(1).forEach(part -> part.refuse(seen));
            }
        }
    }

    private void wakeCertifier() {
        Certifier waiting = certifier;
        if (waiting != null) {
            waiting.wake();
        }
    }

    /// What this process knows of the ledger may be wrong now: it must not sign on.
    private void fail(Throwable e) {
        if (closed || !failed.compareAndSet(false, true)) {
            return;
        }
        onFailure.accept(e);
        pool.close(new Refused(Refusal.STORE_UNAVAILABLE, "the ledger has stopped: " + e.getMessage()));
        EngineStopped unknown = new EngineStopped("the ledger stopped while this was on its way into a block", e);
        flights.takeAll()
                .forEach(flight -> flight.parts().forEach(part -> part.done().completeExceptionally(unknown)));
    }

    private void answerFlights() {
        EngineStopped unknown = new EngineStopped("the node stopped while this was on its way into a block", null);
        flights.takeAll()
                .forEach(flight -> flight.parts().forEach(part -> part.done().completeExceptionally(unknown)));
    }

    /// What is on its way may still land; what waits is refused as busy.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        pool.close(new Refused(Refusal.BUSY, "the ledger is closing: try again later"));
        try {
            if (!failed.get() && process != null) {
                flights.awaitBelow(1, CLOSE_MS);
            }
            closed = true;
            pool.wake();
            if (sender.isAlive()) {
                sender.join(CLOSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        CometProcess child = process;
        if (child != null) {
            child.close();
        }
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("closing the engine: {}", e.toString());
            }
        }
    }
}
