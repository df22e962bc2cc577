package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.SnapshotFiles;
import io.thingstead.node.consensus.StoredLedger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a snapshot that CometBFT fetches from other members (its state sync). CometBFT says which app hash its light
/// client verified; that the block of the snapshot is the right one, too, follows from the members in the state, who
/// signed the header after it.
///
/// An engine that lost its blocks while the ledger has them begins at a snapshot as well: there nothing is taken, the
/// blocks after it are brought again and get the answers of the first time.
final class SnapshotTaking {
    /// Of snapshots: [io.thingstead.node.consensus.LedgerSnapshot], version 1.
    static final int FORMAT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTaking.class);

    private final StoredLedger ledger;
    private final SnapshotFiles snapshots;
    private final @Nullable CatchUp catchUp;
    private volatile @Nullable Standing pretended;
    private volatile AbciRequest.@Nullable Snapshot offered;

    /// Where the engine believes the ledger to be.
    record Standing(long height, byte[] appHash) {}

    SnapshotTaking(StoredLedger ledger, SnapshotFiles snapshots, @Nullable CatchUp catchUp) {
        this.ledger = ledger;
        this.snapshots = snapshots;
        this.catchUp = catchUp;
    }

    static List<AbciRequest.Snapshot> offered(SnapshotFiles snapshots) {
        return snapshots.kept().stream()
                .map(kept -> new AbciRequest.Snapshot(
                        kept.height(),
                        FORMAT,
                        kept.offer().chunks(),
                        kept.hash(),
                        kept.offer().manifest()))
                .toList();
    }

    @Nullable
    Standing pretended() {
        return pretended;
    }

    /// The engine begins anew.
    void reset() {
        pretended = null;
        offered = null;
    }

    /// The ledger went on by itself: the engine is where the ledger is.
    void wentOn() {
        pretended = null;
    }

    int offer(AbciRequest.OfferSnapshot request) {
        AbciRequest.Snapshot snapshot = request.snapshot();
        pretended = null;
        offered = null;
        if (catchUp == null
                || snapshot.format() != FORMAT
                || !Arrays.equals(snapshot.hash(), Sha256.of(snapshot.metadata()))) {
            return AbciResponse.REJECT_SNAPSHOT;
        }
        synchronized (ledger) {
            if (snapshot.height() <= ledger.info().height() && ledger.hasBlocksFrom(snapshot.height())) {
                return beginHere(snapshot, request.appHash());
            }
        }
        Optional<CatchUp.TrustedBlock> block =
                catchUp.confirmed(snapshot.height(), request.appHash()).map(catchUp::trustedBlock);
        if (block.isEmpty()) {
            return AbciResponse.REJECT_SNAPSHOT;
        }
        Optional<Refused> refused = begin(snapshot, request.appHash(), block.get());
        refused.ifPresent(why -> LOG.info("the snapshot of block {} is not taken: {}", snapshot.height(), why));
        if (refused.isEmpty()) {
            LOG.info(
                    "takes the snapshot of block {} in {} parts from the other members",
                    snapshot.height(),
                    snapshot.chunks());
            offered = snapshot;
        }
        return refused.isEmpty() ? AbciResponse.ACCEPT : AbciResponse.REJECT_SNAPSHOT;
    }

    private int beginHere(AbciRequest.Snapshot snapshot, byte[] appHash) {
        boolean isOurs = ledger.blocks()
                .block(snapshot.height())
                .map(BlockRecord::appHash)
                .filter(hash -> Arrays.equals(hash, appHash))
                .isPresent();
        if (!isOurs) {
            return AbciResponse.REJECT_SNAPSHOT;
        }
        pretended = new Standing(snapshot.height(), appHash);
        return AbciResponse.ACCEPT;
    }

    private Optional<Refused> begin(AbciRequest.Snapshot snapshot, byte[] appHash, CatchUp.TrustedBlock block) {
        synchronized (ledger) {
            Application.Info info = ledger.info();
            var header = block.confirmed().block();
            var trusted = new TrustedHead(
                    info.era().number(), header.height(), header.blockTime(), header.headerHash(), appHash);
            var offer = new SnapshotOffer(snapshot.height(), snapshot.metadata(), snapshot.chunks());
            return ledger.offer(offer, trusted, block::isSignedBy);
        }
    }

    byte[] apply(AbciRequest.ApplySnapshotChunk chunk) {
        if (pretended != null) {
            return AbciResponse.applySnapshotChunk(AbciResponse.ACCEPT);
        }
        AbciRequest.Snapshot snapshot = offered;
        if (snapshot == null) {
            return AbciResponse.applySnapshotChunk(AbciResponse.CHUNK_REJECT_SNAPSHOT);
        }
        synchronized (ledger) {
            Optional<Refused> refused = ledger.apply(chunk.index(), chunk.chunk());
            if (refused.isPresent()) {
                LOG.warn("part {} of the snapshot, from {}: {}", chunk.index(), chunk.sender(), refused.get());
                return ledger.isTakingSnapshot()
                        ? AbciResponse.chunkOfAnother(chunk.index(), chunk.sender())
                        : AbciResponse.applySnapshotChunk(AbciResponse.CHUNK_REJECT_SNAPSHOT);
            }
            if (!ledger.isTakingSnapshot()) {
                snapshots.began(snapshot.height());
                LOG.info("the ledger stands at block {} by the other members' snapshot", snapshot.height());
            }
        }
        return AbciResponse.applySnapshotChunk(AbciResponse.ACCEPT);
    }
}
