package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.SnapshotFiles;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.exchange.OtherMembers;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine of several members: a CometBFT process that the node supervises, signs for, and answers out of its
/// ledger.
/// Transactions wait in the node's own pool and are handed to the engine a few at a time.
public final class CometEngine implements ConsensusEngine, CometApplication.Blocks {
    private static final Logger LOG = LoggerFactory.getLogger(CometEngine.class);
    private static final long FIRST_CERTIFICATE_MS = 5_000;
    private static final long STANDSTILL_MS = 180_000;
    private static final long CLOSE_MS = 10_000;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final StoredLedger ledger;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CometSettings settings;
    private final MemberId member;
    private final Signer nodeKey;
    private final EngineKeys engineKeys;
    private final SigningKey peerKey;
    private final Predicate<String> isMember;
    private UnaryOperator<Application> askedFor = UnaryOperator.identity();
    private UnaryOperator<Votes> signedBy = UnaryOperator.identity();
    private volatile boolean closed;
    private volatile @Nullable Sender sender;
    private volatile @Nullable Refused refused;
    private volatile @Nullable Certifier certifier;
    private volatile @Nullable CometRpc rpc;
    private volatile @Nullable CometProcess process;
    private volatile @Nullable FreshStart freshStart;
    private long standstillMs = STANDSTILL_MS;
    private long holdMarginMs = VoteHold.MARGIN_MS;
    private volatile @Nullable OwnVotes ownVotes;
    private volatile @Nullable VoteRecord record;
    private @Nullable OtherMembers others;
    private CatchUp.@Nullable Head known;
    private volatile @Nullable EngineRoute route;
    private volatile @Nullable EngineStart engineStart;

    /// @param nodeKey signs the batches of `member`
    /// @param peerKey the member's identity on the engines' network
    /// @param isMember whether an engine of this network identity is one of a member
    /// @param onFailure told once when the engine cannot go on (disk, broken invariant): the process must stop
    public CometEngine(
            StoredLedger ledger,
            CometSettings settings,
            MemberId member,
            Signer nodeKey,
            EngineKeys engineKeys,
            SigningKey peerKey,
            Predicate<String> isMember,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.settings = settings;
        this.member = member;
        this.nodeKey = nodeKey;
        this.engineKeys = engineKeys;
        this.peerKey = peerKey;
        this.isMember = isMember;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
    }

    /// Puts something between the engine and what answers it, before the start: members that lie, in tests.
    void between(UnaryOperator<Application> ledgerAsked, UnaryOperator<Votes> signer) {
        this.askedFor = ledgerAsked;
        this.signedBy = signer;
    }

    /// How long without a block before the engine is started anew.
    void restartAfter(long millis) {
        this.standstillMs = millis;
    }

    /// How much younger than its start a block must be before a member votes again that lost its record of votes.
    void holdsBackFor(long marginMillis) {
        this.holdMarginMs = marginMillis;
    }

    /// Lets it take a snapshot from the other members when it is new or far behind. To be said before the start.
    public CometEngine catchingUpBy(OtherMembers members) {
        this.others = members;
        return this;
    }

    /// A certified header of the others' chain that an invite told of.
    public CometEngine trusting(long height, byte[] headerHash) {
        this.known = new CatchUp.Head(height, headerHash.clone());
        return this;
    }

    /// What other members' engines may ask of this one.
    public MemberRoute route() {
        return new MemberRoute() {
            @Override
            public String prefix() {
                return EngineRoute.PREFIX;
            }

            @Override
            public boolean isForRemoved(String path) {
                EngineRoute ready = route;
                return ready != null && ready.isForRemoved(path);
            }

            @Override
            public MemberAnswer answer(MemberId asking, String path) {
                EngineRoute ready = route;
                return ready == null ? MemberAnswer.no(503, "the engine starts") : ready.answer(asking, path);
            }
        };
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
        ledger.keepBlocks(settings.keepBlocks());
        var sockets = EngineSockets.of(settings.home());
        open.push(sockets);
        var snapshots = SnapshotFiles.open(settings.home().resolve("snapshots"));
        open.push(snapshots);
        OtherMembers asked = others;
        CatchUp catchUp = asked == null ? null : new CatchUp(ledger, member, asked, known);
        var taking = new SnapshotTaking(ledger, snapshots, catchUp);
        var application =
                new CometApplication(askedFor.apply(ledger), ledger, isMember, this, settings, snapshots, taking);
        var abci = new AbciServer(sockets.abci(), request -> answer(application, request), this::fail);
        open.push(abci);
        abci.start();
        var voters = new OwnVotes(ledger, member, engineKeys);
        ownVotes = voters;
        var votes = VoteRecord.open(
                home().resolve(FirstVotes.RECORD),
                voters::isUnderABlock,
                file -> new VoteHold(file, era.chainId(), info.height(), clockMs, System::nanoTime, holdMarginMs));
        open.push(votes);
        record = votes;
        engineKeys.votesIn(era.chainId());
        var signer = new RemoteSigner(sockets.signer(), signedBy.apply(new EngineSigner(voters, era.chainId(), votes)));
        open.push(signer);
        var requests = new CometRpc();
        open.push(requests);
        rpc = requests;
        var certifies = new Certifier(ledger, requests, catchUp, this::fail);
        open.push(certifies);
        certifier = certifies;
        var sends = new Sender(ledger, requests::broadcast, member, nodeKey, clockMs, System::nanoTime, this::fail);
        sender = sends;
        route = new EngineRoute(
                requests, snapshots, () -> ledger.reader().head().height());
        var files = new CometFiles(settings);
        var start = new EngineStart(ledger, settings, files, catchUp, asked, application, taking, sync -> {
            int rpcPort = freePort();
            files.write(
                    era, ledger.eraStart().blockTime() + 1, peerKey, sockets.abci(), sockets.signer(), rpcPort, sync);
            requests.at(rpcPort);
        });
        open.push(start);
        engineStart = start;
        var child = new CometProcess(settings.program(), settings.home(), () -> {
            start.prepare();
            sockets.clearSigner();
        });
        open.push(child);
        process = child;
        var watch = new FreshStart(System::nanoTime, standstillMs, child::restart);
        open.push(watch);
        freshStart = watch;
        signer.start();
        child.start();
        certifies.start();
        sends.start();
        watch.start();
    }

    private Path home() {
        try {
            Files.createDirectories(settings.home());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the engine's folder " + settings.home(), e);
        }
        return settings.home();
    }

    private byte[] answer(CometApplication application, AbciRequest request) {
        if (request instanceof AbciRequest.OfferSnapshot || request instanceof AbciRequest.ApplySnapshotChunk) {
            moved();
        }
        return application.apply(request);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port for the engine's requests", e);
        }
    }

    private void awaitCertificate() {
        if (ledger.reader().logs().isEmpty()) {
            return; // it joins, and waits until it is let in
        }
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

    @Override
    public Optional<String> trouble() {
        CometProcess child = process;
        return child == null
                ? Optional.of("the consensus engine is not started")
                : Optional.ofNullable(child.trouble());
    }

    @Override
    public Optional<String> holdsBack() {
        VoteRecord kept = record;
        return kept == null ? Optional.empty() : kept.why();
    }

    @Override
    public boolean voteAgain() {
        VoteRecord kept = record;
        CometProcess child = process;
        if (kept == null || child == null || !kept.release()) {
            return false;
        }
        // What the engine was refused it does not ask again in the same round.
        child.restart();
        return true;
    }

    @Override
    public int waiting() {
        Sender waiting = sender;
        return waiting == null ? 0 : waiting.waiting();
    }

    @Override
    public long restarts() {
        CometProcess child = process;
        return child == null ? 0 : child.restarts();
    }

    @Override
    public Optional<List<MemberId>> heard() {
        CometRpc asked = rpc;
        if (asked == null || closed) {
            return Optional.empty();
        }
        try {
            CometRpc.Voted voted = asked.voted();
            List<TrustFile.EraMember> voters = votersAt(voted.height());
            return Optional.of(voted.indices().stream()
                    .filter(index -> index < voters.size())
                    .map(index -> voters.get(index).member())
                    .toList());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private List<TrustFile.EraMember> votersAt(long height) {
        synchronized (ledger) {
            return new MemberSet(ledger.votersAt(height).stream()
                            .map(EraRecord.EraMember::forTrust)
                            .toList())
                    .members();
        }
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
        moved();
        tellCertifier(height);
    }

    private void moved() {
        FreshStart watch = freshStart;
        if (watch != null) {
            watch.moved();
        }
    }

    @Override
    public void committed(DecidedBlock block, Finalized what) {
        tellCertifier(block.height());
        OwnVotes votes = ownVotes;
        if (votes != null) {
            votes.committed();
        }
        VoteRecord kept = record;
        if (kept != null) {
            kept.decided(block.height(), block.time());
        }
        Sender waiting = sender;
        if (waiting != null) {
            waiting.committed(block, what);
        }
    }

    @Override
    public long neededFrom() {
        return ledger.links().neededFrom();
    }

    @Override
    public void wentOn() {
        EngineStart start = engineStart;
        if (start != null) {
            start.wentOn();
        }
    }

    private void tellCertifier(long decidedHeight) {
        Certifier waiting = certifier;
        if (waiting != null) {
            waiting.decided(decidedHeight);
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
