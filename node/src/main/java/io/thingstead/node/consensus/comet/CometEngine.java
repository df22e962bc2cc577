package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.TransactionResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private static final long CLOSE_MS = 10_000;
    private static final int MAX_SOCKET_PATH = 100;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final StoredLedger ledger;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CometSettings settings;
    private final MemberId member;
    private final Signer nodeKey;
    private final Signer engineKey;
    private final SigningKey peerKey;
    private final Predicate<String> isMember;
    private volatile boolean closed;
    private volatile @Nullable Sender sender;
    private volatile @Nullable Refused refused;
    private volatile @Nullable Certifier certifier;
    private volatile @Nullable CometProcess process;

    /// @param nodeKey signs the batches of `member`
    /// @param peerKey the member's identity on the engines' network
    /// @param isMember whether an engine of this network identity is one of a member
    /// @param onFailure told once when the engine cannot go on (disk, broken invariant): the process must stop
    public CometEngine(
            StoredLedger ledger,
            CometSettings settings,
            MemberId member,
            Signer nodeKey,
            Signer engineKey,
            SigningKey peerKey,
            Predicate<String> isMember,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.settings = settings;
        this.member = member;
        this.nodeKey = nodeKey;
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
            failed.set(true);
            refuseFurther(new Refused(Refusal.STORE_UNAVAILABLE, "the ledger did not start: " + e.getMessage()), e);
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
        var certifies = new Certifier(ledger, requests, this::fail);
        open.push(certifies);
        certifier = certifies;
        var sends = new Sender(ledger, requests, member, nodeKey, clockMs, this::fail);
        sender = sends;
        var child = new CometProcess(
                settings.program(), settings.home(), () -> beforeStart(application, files, sockets.resolve("signer")));
        open.push(child);
        process = child;
        signer.start();
        child.start();
        certifies.start();
        sends.start();
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
        Sender waiting = sender;
        Refused why = refused;
        if (waiting != null) {
            return waiting.submit(transaction);
        }
        return CompletableFuture.completedFuture(TransactionResult.ignored(
                why != null ? why : new Refused(Refusal.BUSY, "the ledger is starting: try again")));
    }

    @Override
    public void decided(long height) {
        wakeCertifier();
    }

    @Override
    public void committed(DecidedBlock block, Finalized what) {
        wakeCertifier();
        Sender waiting = sender;
        if (waiting != null) {
            waiting.committed(block, what);
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
        refuseFurther(new Refused(Refusal.STORE_UNAVAILABLE, "the ledger has stopped: " + e.getMessage()), e);
    }

    private void refuseFurther(Refused why, @Nullable Throwable cause) {
        refused = why;
        Sender waiting = sender;
        if (waiting != null) {
            waiting.fail(why, new EngineStopped("the ledger stopped while this was on its way into a block", cause));
        }
    }

    /// What is on its way may still land; what waits is refused as busy.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        Refused closing = new Refused(Refusal.BUSY, "the ledger is closing: try again later");
        Sender waiting = sender;
        if (waiting != null && !failed.get()) {
            try {
                waiting.drain(closing, CLOSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closed = true;
        CometProcess child = process;
        if (child != null) {
            child.close();
        }
        if (!failed.get()) {
            refuseFurther(closing, null);
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
