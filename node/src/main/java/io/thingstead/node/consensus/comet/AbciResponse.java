package io.thingstead.node.consensus.comet;

import io.thingstead.node.ledger.EraRecord.EraMember;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Answers to CometBFT (`tendermint.abci.Response` of v0.38). The body of an answer is written when it is empty too: a
/// response without one ends the engine.
final class AbciResponse {
    static final int ACCEPT = 1;
    static final int REJECT = 2;

    /// What becomes of an offered snapshot: this, [#ACCEPT], or another one is wanted.
    static final int ABORT = 2;

    static final int REJECT_SNAPSHOT = 3;

    /// What becomes of a chunk: fetched again, or the whole snapshot is wrong.
    static final int CHUNK_RETRY = 3;

    static final int CHUNK_REJECT_SNAPSHOT = 5;

    private AbciResponse() {}

    private static byte[] of(int field, ProtoWriter body) {
        return new ProtoWriter().message(field, body).toBytes();
    }

    static byte[] exception(String error) {
        return of(1, new ProtoWriter().text(1, error));
    }

    static byte[] echo(String message) {
        return of(2, new ProtoWriter().text(1, message));
    }

    static byte[] flush() {
        return of(3, new ProtoWriter());
    }

    static byte[] info(long height, byte[] appHash) {
        return of(4, new ProtoWriter().text(1, "thingstead").number(4, height).bytes(5, appHash));
    }

    static byte[] initChain(byte[] appHash) {
        return of(6, new ProtoWriter().bytes(3, appHash));
    }

    static byte[] query(int code, String log) {
        return of(7, new ProtoWriter().number(1, code).text(3, log));
    }

    static byte[] checkTx(int code, String log) {
        return of(9, new ProtoWriter().number(1, code).text(3, log));
    }

    static byte[] commit(long retainHeight) {
        return of(12, new ProtoWriter().number(3, retainHeight));
    }

    static byte[] listSnapshots(List<AbciRequest.Snapshot> snapshots) {
        ProtoWriter body = new ProtoWriter();
        snapshots.forEach(snapshot -> body.message(1, snapshot.write()));
        return of(13, body);
    }

    static byte[] offerSnapshot(int result) {
        return of(14, new ProtoWriter().number(1, result));
    }

    static byte[] loadSnapshotChunk(byte[] chunk) {
        return of(15, new ProtoWriter().bytes(1, chunk));
    }

    static byte[] applySnapshotChunk(int result) {
        return of(16, new ProtoWriter().number(1, result));
    }

    /// The chunk is fetched again, from somebody else than who sent it.
    static byte[] chunkOfAnother(int chunk, String sender) {
        return of(
                16,
                new ProtoWriter()
                        .number(1, CHUNK_RETRY)
                        .packed(2, chunk)
                        .element(3, sender.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] prepareProposal(List<byte[]> txs) {
        ProtoWriter body = new ProtoWriter();
        txs.forEach(tx -> body.element(1, tx));
        return of(17, body);
    }

    static byte[] processProposal(int status) {
        return of(18, new ProtoWriter().number(1, status));
    }

    static byte[] extendVote() {
        return of(19, new ProtoWriter());
    }

    static byte[] verifyVoteExtension(int status) {
        return of(20, new ProtoWriter().number(1, status));
    }

    /// Every transaction has an empty result: what became of it stands in the events, under the app hash.
    ///
    /// @param updates members whose power changes, 0: they leave the set
    static byte[] finalizeBlock(int transactions, List<EraMember> updates, byte[] appHash) {
        ProtoWriter body = new ProtoWriter();
        for (int i = 0; i < transactions; i++) {
            body.message(2, new ProtoWriter());
        }
        for (EraMember update : updates) {
            ProtoWriter key = new ProtoWriter().bytes(1, update.engineKey().point());
            body.message(3, new ProtoWriter().message(1, key).number(2, update.power()));
        }
        return of(21, body.bytes(5, appHash));
    }
}
