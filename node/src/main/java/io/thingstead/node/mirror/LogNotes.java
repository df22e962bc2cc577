package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Reads the signed checkpoints of one log: what its key signed, cut down to what the ledger takes as evidence.
///
/// @param origin the log's name
/// @param key its log key, from the ledger
record LogNotes(String origin, VerifyingKey key) {
    /// Of a note that is kept: the ledger's limit for evidence.
    static final int MAX_BYTES = 4_096;
    /// Of a note as it is served, with the cosignatures of all members.
    static final int MAX_SERVED = SignedNote.MAX_BYTES;

    /// A checkpoint that the log's key signed, with the note that shows it and no other signature.
    record Signed(Checkpoint head, byte[] note) {
        long size() {
            return head.size();
        }

        byte[] root() {
            return head.root();
        }
    }

    /// Empty when the log's key did not sign it, or it is no checkpoint of this log.
    Optional<Signed> read(byte[] note) {
        NoteKey name = new NoteKey(origin, key.point());
        return SignedNote.parse(note)
                .filter(read -> read.verify(List.of(name), (_, message, signature) -> key.verify(message, signature))
                        instanceof SignedNote.Outcome.Verified)
                .flatMap(read -> Checkpoint.parse(read.text())
                        .filter(head -> head.origin().equals(origin))
                        .map(head -> new Signed(head, alone(read, name))))
                .filter(signed -> signed.note.length <= MAX_BYTES);
    }

    /// What a note says that a log's head is, whoever signed it. Empty when it is no checkpoint of this log.
    Optional<Checkpoint> unverified(byte[] note) {
        return SignedNote.parse(note)
                .flatMap(read -> Checkpoint.parse(read.text()))
                .filter(head -> head.origin().equals(origin));
    }

    /// The first line of the key is the one that was verified.
    private static byte[] alone(SignedNote read, NoteKey name) {
        var line = read.lines().stream()
                .filter(l -> l.name().equals(name.name()) && l.keyId() == name.id())
                .findFirst()
                .orElseThrow();
        return new SignedNote(read.text(), List.of(line)).encode().getBytes(StandardCharsets.UTF_8);
    }
}
