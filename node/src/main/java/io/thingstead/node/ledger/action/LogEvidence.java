package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.StateKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Shows that a log has two faces: two checkpoints of one size that its key signed, with different roots; or a signed
/// checkpoint whose root is not the one from which the anchored log grew. The ledger checks it; who brings it does not
/// matter.
public record LogEvidence(LogId log, byte[] note, Against against) implements Action {
    static final int TYPE = 17;

    private static final int MAX_NOTE = 4_096;

    /// What the checkpoint is held against.
    public sealed interface Against {
        /// Another signed checkpoint of the same size.
        record Note(byte[] note) implements Against {}

        /// The anchored log: the root that it had at the checkpoint's size, with the proof that it grew from there.
        record Anchored(byte[] root, List<byte[]> proof) implements Against {
            public Anchored {
                proof = List.copyOf(proof);
            }
        }
    }

    static LogEvidence read(CborReader in) {
        in.readArrayOf(4);
        LogId log = Actions.log(in);
        byte[] note = in.readBytes(MAX_NOTE);
        if (!in.nextIsArray()) {
            return new LogEvidence(log, note, new Against.Note(in.readBytes(MAX_NOTE)));
        }
        in.readArrayOf(2);
        return new LogEvidence(log, note, new Against.Anchored(in.readBytesOf(32), Actions.hashes(in)));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "log-evidence";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).text(log.member().value()).integer(log.number()).bytes(note);
        switch (against) {
            case Against.Note(byte[] other) -> out.bytes(other);
            case Against.Anchored(byte[] root, List<byte[]> proof) -> {
                out.array(2).bytes(root).array(proof.size());
                proof.forEach(out::bytes);
            }
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
        if (draft.get(StateKeys.forked(log)) != null) {
            return Outcome.declined(Refusal.EVIDENCE_KNOWN, "log " + log + " is known to have two faces");
        }
        LogRecord known = Objects.requireNonNull(record);
        ForkRecord fork = fork(known, Evidence.logKey(known, draft), draft.nextEventNo());
        if (fork == null) {
            return Outcome.declined(Refusal.EVIDENCE_INVALID, "this does not show two faces of log " + log);
        }
        draft.put(StateKeys.forked(log), fork.encode());
        draft.happened(
                request.transaction(),
                EventType.LOG_FORKED,
                subjects(),
                new CborWriter(128)
                        .array(5)
                        .text(log.member().value())
                        .integer(log.number())
                        .integer(fork.size())
                        .bytes(fork.root())
                        .bytes(fork.otherRoot()));
        return Outcome.HAPPENED;
    }

    private @Nullable ForkRecord fork(LogRecord record, VerifyingKey key, long event) {
        Checkpoint signed = signed(note, record, key);
        if (signed == null) {
            return null;
        }
        byte[] other = switch (against) {
            case Against.Note(byte[] otherNote) -> {
                Checkpoint second = signed(otherNote, record, key);
                yield second != null && second.size() == signed.size() ? second.root() : null;
            }
            case Against.Anchored(byte[] root, List<byte[]> proof) ->
                MerkleVerifier.verifyConsistency(signed.size(), record.size(), root, record.root(), proof)
                        ? root
                        : null;
        };
        return other == null || Arrays.equals(other, signed.root())
                ? null
                : new ForkRecord(log, event, signed.size(), signed.root(), other);
    }

    /// The checkpoint of this log that its key signed, or null.
    private static @Nullable Checkpoint signed(byte[] note, LogRecord record, VerifyingKey key) {
        NoteKey known = new NoteKey(record.origin(), key.point());
        return SignedNote.parse(note)
                .filter(read -> read.verify(List.of(known), (_, message, signature) -> key.verify(message, signature))
                        instanceof SignedNote.Outcome.Verified)
                .flatMap(read -> Checkpoint.parse(read.text()))
                .filter(checkpoint -> checkpoint.origin().equals(record.origin()))
                .orElse(null);
    }

    @Override
    public String inWords() {
        return "Show that the log " + log + " has two faces";
    }
}
