package io.thingstead.node.history;

import static io.thingstead.node.consensus.TestChain.LOG;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.ProofMaker;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.log.AnchorTarget;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A ledger that goes on, a log whose readings it makes final, and a second member's copy of the ledger, which is away
/// for a while and comes back by a snapshot.
public final class Absence implements AutoCloseable {
    public final TestChain chain = TestChain.founded(new MemoryStore());
    public StoredLedger away;

    private final DeviceId device = DeviceId.of("acme:box");
    private final SigningKey key = SigningKey.generate(Algorithm.ED25519);
    private final Log log;

    public Absence(Store store) {
        StoredLedger.found(store, chain.id(), chain.ledger().info().era());
        away = StoredLedger.open(store);
        chain.block(chain.transaction(chain.key(KeyRole.NODE), chain.device(device.value(), key)));
        var settings = new LogSettings(LOG, chain.id(), chain.reader().log(LOG).origin(), chain.key(KeyRole.LOG));
        var opening =
                Log.open(settings, new MemoryStore(), new AnchorTarget.Anchored(0, MerkleTree.emptyRoot()), failure -> {
                    throw new AssertionError(failure);
                });
        log = ((Log.Opening.Opened) opening).log();
        log.start();
    }

    /// So many readings, each made final by an anchor of its own, with other things happening between.
    public void readings(int count) {
        for (int i = 0; i < count; i++) {
            send();
            LogReader reader = log.reader();
            while (reader.checkpoint().orElseThrow().size() < reader.size()) {
                Thread.onSpinWait();
            }
            long from = chain.reader().log(LOG).size();
            var head = reader.checkpoint().orElseThrow();
            var anchor = new AnchorCheckpoint(
                    LOG, from, head.size(), head.root(), reader.consistencyProof(from, head.size()));
            assertThat(chain.refusal(chain.key(KeyRole.LOG), anchor)).isNull();
            chain.block(chain.registration("acme:beside-" + head.size()));
        }
    }

    private void send() {
        long n = log.reader().size() + 1;
        byte[] payload = SenMlEncoder.encode(List.of(Measurement.of("temperature", "Cel", n, TestChain.START + n)));
        byte[] bytes = FrameSigner.of(chain.id(), key).sign(n, Optional.empty(), payload);
        byte[] identity =
                Frame.decode(bytes).orThrow().identity(chain.id(), key.key().thumbprint());
        var answer = new CompletableFuture<Answer>();
        log.sequencer()
                .submit(new Submission(
                        key.key().thumbprint(),
                        device,
                        false,
                        n,
                        -1,
                        identity,
                        bytes,
                        TestChain.START + n,
                        TrustLevel.DEVICE_SIGNED,
                        null,
                        answer::complete));
        assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join()).isInstanceOf(Answer.Accepted.class);
    }

    public long readings() {
        return log.reader().size();
    }

    /// The member that is not away takes the blocks that it lacks.
    public void follow() {
        StoredLedger from = chain.ledger();
        for (long height = away.info().height() + 1; height <= from.info().height(); height++) {
            BlockRecord block = from.blocks().block(height).orElseThrow();
            away.finalizeBlock(new DecidedBlock(height, block.time(), block.transactions()));
            away.commit(height, block.header(), block.headerHash());
            away.certify(height, chain.sign(block.header()));
        }
    }

    /// The process of the member that was away starts anew.
    public void reopen(Store store) {
        away = StoredLedger.open(store);
        long height = away.info().height();
        BlockRecord last = away.blocks().block(height).orElseThrow();
        away.certify(height, chain.sign(last.header()));
    }

    /// It comes back, and goes on from the snapshot.
    public void comeBack() {
        takeSnapshot();
        chain.block(chain.registration("acme:after-" + chain.ledger().info().height()));
        follow();
    }

    public void takeSnapshot() {
        StoredLedger from = chain.ledger();
        SnapshotOffer offer = from.snapshot();
        BlockRecord block = from.blocks().block(offer.height()).orElseThrow();
        var trusted = new TrustedHead(block.era(), block.height(), block.time(), block.headerHash(), block.appHash());
        assertThat(away.offer(offer, trusted)).isEmpty();
        for (int i = 0; i < offer.chunks(); i++) {
            assertThat(away.apply(i, from.chunk(i))).isEmpty();
        }
    }

    /// The proofs that the member makes which was away.
    public ProofMaker proofs() {
        return new ProofMaker(List.of(log.reader()), away.reader());
    }

    @Override
    public void close() {
        log.close();
    }
}
