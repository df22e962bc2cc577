package io.thingstead.node.consensus.comet;

import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.SnapshotFiles;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.Misbehaviour;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Answers CometBFT's requests out of the ledger. CometBFT asks over four connections at once, the ledger is asked by
/// one at a time.
final class CometApplication implements Function<AbciRequest, byte[]> {
    private static final byte[] NO_HEADER = {};
    private static final int REFUSED = 1;
    private static final int BYTES_AROUND_TRANSACTION = 8;
    private static final String PEER_ID = "/p2p/filter/id/";
    private static final String PEER_ADDRESS = "/p2p/filter/addr/";

    private final Application ledger;
    private final StoredLedger guard;
    private final Predicate<String> isMember;
    private final Blocks blocks;
    private final CometSettings settings;
    private final SnapshotFiles snapshots;
    private final SnapshotTaking taking;
    private volatile boolean tellFromStart;
    private @Nullable Decided decided;

    /// Hears of the blocks, on the thread that asks the ledger.
    interface Blocks {
        /// A block is decided: the engine keeps it, with the commit that decided it.
        void decided(long height);

        /// It is durable here.
        void committed(DecidedBlock block, Finalized what);

        /// The lowest block that is still needed of the engine, however old it is.
        default long neededFrom() {
            return Long.MAX_VALUE;
        }

        /// It is one that the ledger did not have before.
        void wentOn();
    }

    private record Decided(DecidedBlock block, byte[] hash, Finalized what) {}

    /// @param guard the ledger itself, held while it is asked
    /// @param isMember whether an engine with this network identity is one of a member
    CometApplication(
            Application ledger,
            StoredLedger guard,
            Predicate<String> isMember,
            Blocks blocks,
            CometSettings settings,
            SnapshotFiles snapshots,
            SnapshotTaking taking) {
        this.ledger = ledger;
        this.guard = guard;
        this.isMember = isMember;
        this.blocks = blocks;
        this.settings = settings;
        this.snapshots = snapshots;
        this.taking = taking;
    }

    /// An engine that lost its blocks cannot take up where the ledger is: it is told that nothing is here yet, brings
    /// all blocks again, and gets the answers of the first time.
    void tellFromStart(boolean lostItsBlocks) {
        tellFromStart = lostItsBlocks;
    }

    @Override
    public byte[] apply(AbciRequest request) {
        return switch (request) {
            case AbciRequest.Echo(String message) -> AbciResponse.echo(message);
            case AbciRequest.Flush() -> AbciResponse.flush();
            case AbciRequest.Query(String path) -> query(path);
            case AbciRequest.ExtendVote() -> AbciResponse.extendVote();
            case AbciRequest.VerifyVoteExtension() -> AbciResponse.verifyVoteExtension(AbciResponse.ACCEPT);
            case AbciRequest.ListSnapshots() -> AbciResponse.listSnapshots(SnapshotTaking.offered(snapshots));
            case AbciRequest.LoadSnapshotChunk(long height, int format, int chunk) -> chunk(height, format, chunk);
            // These ask other members, or take long: they hold the ledger only where they must.
            case AbciRequest.OfferSnapshot offer -> AbciResponse.offerSnapshot(taking.offer(offer));
            case AbciRequest.ApplySnapshotChunk chunk -> taking.apply(chunk);
            case AbciRequest.Unknown(int field) -> AbciResponse.exception("request " + field + " is not known");
            default -> {
                synchronized (guard) {
                    yield ask(request);
                }
            }
        };
    }

    private byte[] ask(AbciRequest request) {
        return switch (request) {
            case AbciRequest.Info _ -> info();
            case AbciRequest.InitChain init -> initChain(init);
            case AbciRequest.CheckTx(byte[] tx) -> check(tx);
            case AbciRequest.PrepareProposal wanted -> propose(wanted);
            case AbciRequest.ProcessProposal(AbciRequest.Block block) ->
                AbciResponse.processProposal(ledger.process(block(block)) ? AbciResponse.ACCEPT : AbciResponse.REJECT);
            case AbciRequest.FinalizeBlock(AbciRequest.Block block) -> finalizeBlock(block);
            case AbciRequest.Commit() -> commit();
            default -> throw new IllegalStateException("answered before: " + request);
        };
    }

    private byte[] info() {
        Application.Info info = ledger.info();
        SnapshotTaking.Standing pretended = taking.pretended();
        if (pretended != null) {
            return AbciResponse.info(pretended.height(), pretended.appHash());
        }
        boolean none = tellFromStart || info.height() < info.era().initialHeight();
        return none ? AbciResponse.info(0, new byte[0]) : AbciResponse.info(info.height(), info.appHash());
    }

    private byte[] initChain(AbciRequest.InitChain init) {
        Application.Info info = ledger.info();
        if (!init.chainId().equals(info.era().chainId())
                || init.initialHeight() != info.era().initialHeight()) {
            return AbciResponse.exception(
                    "the engine's chain " + init.chainId() + " from height " + init.initialHeight()
                            + " is not the one of era " + info.era().number());
        }
        return AbciResponse.initChain(ledger.eraStart().appHash());
    }

    private byte[] chunk(long height, int format, int number) {
        byte[] chunk = format == SnapshotTaking.FORMAT ? snapshots.chunk(height, number) : null;
        return AbciResponse.loadSnapshotChunk(chunk == null ? new byte[0] : chunk);
    }

    private byte[] query(String path) {
        if (path.startsWith(PEER_ADDRESS)) {
            // Who it is shows after the handshake.
            return AbciResponse.query(0, "");
        }
        boolean welcome = path.startsWith(PEER_ID) && isMember.test(path.substring(PEER_ID.length()));
        return welcome ? AbciResponse.query(0, "") : AbciResponse.query(REFUSED, "not the engine of a member");
    }

    private byte[] check(byte[] tx) {
        Optional<Refused> refused = ledger.check(tx);
        return refused.isEmpty()
                ? AbciResponse.checkTx(0, "")
                : AbciResponse.checkTx(REFUSED, refused.get().toString());
    }

    private byte[] propose(AbciRequest.PrepareProposal wanted) {
        long room = wanted.maxBytes()
                - (long) BYTES_AROUND_TRANSACTION * wanted.txs().size();
        List<byte[]> chosen = ledger.propose(wanted.txs(), wanted.time().ms(), Math.clamp(room, 0, Integer.MAX_VALUE));
        return AbciResponse.prepareProposal(chosen);
    }

    private static DecidedBlock block(AbciRequest.Block block) {
        return new DecidedBlock(
                block.height(),
                block.time().ms(),
                block.txs(),
                block.misbehavior().stream()
                        .map(m -> new Misbehaviour(m.address(), m.height(), m.type()))
                        .toList());
    }

    private byte[] finalizeBlock(AbciRequest.Block request) {
        DecidedBlock block = block(request);
        Finalized what = ledger.finalizeBlock(block);
        decided = new Decided(block, request.hash(), what);
        blocks.decided(block.height());
        return AbciResponse.finalizeBlock(block.transactions().size(), what.validatorUpdates(), what.appHash());
    }

    private byte[] commit() {
        Decided done = decided;
        if (done == null) {
            return AbciResponse.exception("a commit without a block");
        }
        decided = null;
        long height = done.block().height();
        boolean isNew = height > ledger.info().height();
        ledger.commit(height, NO_HEADER, done.hash());
        ledger.show(height);
        blocks.committed(done.block(), done.what());
        if (isNew) {
            taking.wentOn();
            blocks.wentOn();
            if (guard.isSnapshotDue(snapshots.newest(), settings.snapshotEvery())) {
                snapshots.take(height, guard.snapshotOfNow());
            }
        }
        return AbciResponse.commit(retainFrom(height));
    }

    /// The engine's blocks below this one go. Those since the oldest snapshot stay: who takes it needs them.
    private long retainFrom(long height) {
        return settings.keepBlocks() == 0
                ? 0
                : Math.max(
                        0, Math.min(height - settings.keepBlocks(), Math.min(blocks.neededFrom(), snapshots.needed())));
    }
}
