package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LogRecord;
import java.util.List;

/// Makes a log's head final: compare-and-swap on the size, with a proof, checked here, that the new head extends the
/// last.
public record AnchorCheckpoint(LogId log, long fromSize, long toSize, byte[] root, List<byte[]> proof)
        implements Action {
    static final int TYPE = 8;

    public AnchorCheckpoint {
        proof = List.copyOf(proof);
    }

    static AnchorCheckpoint read(CborReader in) {
        in.readArrayOf(6);
        LogId log = Actions.log(in);
        long from = Actions.number(in);
        long to = Actions.number(in);
        byte[] root = in.readBytesOf(32);
        return new AnchorCheckpoint(log, from, to, root, Actions.hashes(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "anchor-checkpoint";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(6)
                .text(log.member().value())
                .integer(log.number())
                .integer(fromSize)
                .integer(toSize)
                .bytes(root)
                .array(proof.size());
        proof.forEach(out::bytes);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(log));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        LogRecord record = draft.log(log);
        if (record == null) {
            return Outcome.declined(Refusal.LOG_UNKNOWN, "no log " + log);
        }
        if (!request.signers().contains(record.key())) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only the key of log " + log + " anchors it");
        }
        if (record.closed() != null) {
            return Outcome.declined(Refusal.LOG_CLOSED, "log " + log + " is closed");
        }
        if (fromSize != record.size()) {
            return Outcome.declined(
                    Refusal.ANCHOR_STALE, "log " + log + " is anchored at size " + record.size() + ", not " + fromSize);
        }
        if (toSize <= fromSize) {
            return Outcome.declined(Refusal.ANCHOR_SIZE, "an anchor must grow the log");
        }
        boolean extendsLast = fromSize == 0
                ? proof.isEmpty()
                : MerkleVerifier.verifyConsistency(fromSize, toSize, record.root(), root, proof);
        if (!extendsLast) {
            return Outcome.declined(
                    Refusal.ANCHOR_PROOF,
                    "the proof does not show that size " + toSize + " extends size " + fromSize + " of log " + log);
        }
        draft.put(record.anchored(toSize, root, draft.nextEventNo(), draft.now()));
        draft.happened(
                request.transaction(),
                EventType.CHECKPOINT_ANCHORED,
                subjects(),
                new CborWriter()
                        .array(6)
                        .text(log.member().value())
                        .integer(log.number())
                        .integer(fromSize)
                        .integer(toSize)
                        .bytes(root)
                        .integer(record.anchorTime()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Make log " + log + " final up to size " + toSize;
    }
}
