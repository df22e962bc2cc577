package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// What a device is told of its frame over MQTT (`docs/formats.md` §6): where it stands in the member's log, under
/// which
/// signed checkpoint, with the proof of it.
///
/// @param checkpoint the signed note
/// @param path the inclusion proof (RFC 9162 §2.1.3), up to the checkpoint's root
public record Receipt(long index, long receivedMs, byte[] salt, String checkpoint, List<byte[]> path) {
    private static final int SALT_BYTES = 32;

    public Receipt {
        path = List.copyOf(path);
    }

    /// Whether this shows that exactly this frame stands in the log of this origin and key. The checkpoint still may be
    /// one that the member shows to nobody else; only an anchored one is final.
    public boolean covers(byte[] frame, String origin, VerifyingKey logKey) {
        if (salt.length != SALT_BYTES || receivedMs < 0 || logKey.algorithm() != Algorithm.ED25519) return false;
        Optional<Checkpoint> head = SignedNote.parse(checkpoint.getBytes(StandardCharsets.UTF_8))
                .filter(note -> note.verify(List.of(new NoteKey(origin, logKey.point())), Receipt::isSigned)
                        instanceof SignedNote.Outcome.Verified)
                .flatMap(note -> Checkpoint.parse(note.text()))
                .filter(read -> read.origin().equals(origin));
        if (head.isEmpty()) return false;
        byte[] leaf = MerkleTree.leafHash(ReadingLeaf.entry(salt, receivedMs, frame));
        return MerkleVerifier.verifyInclusion(
                leaf, index, head.get().size(), path, head.get().root());
    }

    private static boolean isSigned(byte[] publicKey, byte[] message, byte[] signature) {
        return VerifyingKey.of(Algorithm.ED25519, publicKey).verify(message, signature);
    }
}
