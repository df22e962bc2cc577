package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Shows that a log did not keep what it promised: another entry is final at that place, or none is though the time is
/// over. The ledger checks it; who brings it does not matter.
///
/// @param promise the signed promise
/// @param other the entry that is final in its place; null: the time is over
public record PromiseEvidence(
        LogId log, byte[] promise, @Nullable Other other) implements Action {
    static final int TYPE = 18;

    /// A stall of the ledger up to this long is not recorded as an outage: nobody is blamed for it.
    public static final long GRACE_MS = 120_000;

    private static final int MAX_PROMISE = 512;
    private static final int ENTRY_BYTES = 33;

    /// An entry with its path to the anchored root.
    public record Other(byte[] entry, List<byte[]> path) {
        public Other {
            path = List.copyOf(path);
        }
    }

    static PromiseEvidence read(CborReader in) {
        in.readArrayOf(4);
        LogId log = Actions.log(in);
        byte[] promise = in.readBytes(MAX_PROMISE);
        if (in.nextIsNull()) {
            in.readNull();
            return new PromiseEvidence(log, promise, null);
        }
        in.readArrayOf(2);
        return new PromiseEvidence(log, promise, new Other(in.readBytesOf(ENTRY_BYTES), Actions.hashes(in)));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "promise-evidence";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).text(log.member().value()).integer(log.number()).bytes(promise);
        if (other == null) {
            out.nil();
        } else {
            out.array(2).bytes(other.entry).array(other.path.size());
            other.path.forEach(out::bytes);
        }
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(log), Draft.subject(log.member()));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        LogRecord record = draft.log(log);
        Refused objection = Evidence.objection(record, log, request, draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        LogRecord known = Objects.requireNonNull(record);
        return switch (Promise.open(promise, draft.block().ledger(), Evidence.logKey(known, draft))) {
            case Result.No<Promise>(Refused refused) ->
                Outcome.declined(Refusal.EVIDENCE_INVALID, "not a promise of log " + log + ": " + refused.text());
            case Result.Ok<Promise>(Promise read) -> tell(read, known, request, draft);
        };
    }

    private Outcome tell(Promise read, LogRecord record, Request request, Draft draft) {
        if (!read.log().equals(log) || !isBroken(read, record, draft)) {
            return Outcome.declined(Refusal.EVIDENCE_INVALID, "this does not show that log " + log + " broke its word");
        }
        String key = StateKeys.brokenPromise(log, read.index());
        if (draft.get(key) != null) {
            return Outcome.declined(Refusal.EVIDENCE_KNOWN, "that this promise was broken is known");
        }
        var how = other == null ? BrokenPromise.How.LATE : BrokenPromise.How.REPLACED;
        draft.put(key, new BrokenPromise(log, read.index(), draft.nextEventNo(), how).encode());
        draft.happened(
                request.transaction(),
                EventType.PROMISE_BROKEN,
                subjects(),
                new CborWriter(64)
                        .array(5)
                        .text(log.member().value())
                        .integer(log.number())
                        .integer(read.index())
                        .integer(read.anchorBy())
                        .integer(how.number()));
        return Outcome.HAPPENED;
    }

    private boolean isBroken(Promise read, LogRecord record, Draft draft) {
        if (other == null) {
            long ledgerTime = draft.now() - SuspendedClock.ms(draft);
            return record.size() <= read.index() && ledgerTime - GRACE_MS > read.anchorBy();
        }
        return !Arrays.equals(other.entry, read.entry())
                && MerkleVerifier.verifyInclusion(
                        MerkleTree.leafHash(other.entry), read.index(), record.size(), other.path, record.root());
    }

    @Override
    public String inWords() {
        return "Show that the log " + log + " broke a promise";
    }
}
