package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The small public tiled log: signatures, tiles, roots, and proofs made from its tiles.
class TileVectorsTest {
    private static final List<Integer> SIZES = List.of(0, 1, 2, 4, 5, 7, 8, 10, 11, 13);

    @Test
    void every_checkpoint_tile_and_proof_of_the_log_holds() {
        var folder = Vectors.folder("tlog-tiles");
        var key = NoteKey.parse(
                        new String(Vectors.bytes(folder.resolve("verifier-key.txt")), StandardCharsets.UTF_8).strip())
                .orElseThrow();
        var log = folder.resolve("log");
        var checkpoints = new HashMap<Integer, Checkpoint>();
        int proofs = 0;
        for (int size : SIZES) {
            var note = SignedNote.parse(Vectors.bytes(log.resolve("checkpoint." + size)))
                    .orElseThrow();
            assertThat(note.verify(List.of(key), SignedNoteTest.ED25519))
                    .isInstanceOf(SignedNote.Outcome.Verified.class);
            var checkpoint = Checkpoint.parse(note.text()).orElseThrow();
            assertThat(checkpoint.size()).isEqualTo(size);
            checkpoints.put(size, checkpoint);
            if (size == 0) {
                assertThat(checkpoint.root()).isEqualTo(MerkleTree.emptyRoot());
                continue;
            }
            var entries =
                    entries(Vectors.bytes(log.resolve(TilePath.entries(0, size).format())));
            assertThat(entries).hasSize(size);
            var tile = new ByteArrayOutputStream();
            entries.forEach(entry -> tile.writeBytes(MerkleTree.leafHash(entry)));
            assertThat(Vectors.bytes(log.resolve(TilePath.hashes(0, 0, size).format())))
                    .isEqualTo(tile.toByteArray());

            var hashes = new TileHashes(size, path -> Vectors.bytes(log.resolve(path.format())));
            assertThat(MerkleTree.root(hashes, size)).isEqualTo(checkpoint.root());
            for (int i = 0; i < size; i++, proofs++) {
                var path = MerkleTree.inclusionProof(hashes, i, size);
                assertThat(MerkleVerifier.verifyInclusion(
                                MerkleTree.leafHash(entries.get(i)), i, size, path, checkpoint.root()))
                        .isTrue();
            }
            proofs += checkConsistency(checkpoints, size, hashes);
        }
        System.out.printf("tlog-tiles: %d checkpoints, %d proofs%n", SIZES.size(), proofs);
    }

    private static int checkConsistency(Map<Integer, Checkpoint> checkpoints, int size, HashReader hashes) {
        int proofs = 0;
        for (int from : SIZES) {
            if (from == 0 || from >= size) continue;
            var path = MerkleTree.consistencyProof(hashes, from, size);
            assertThat(MerkleVerifier.verifyConsistency(
                            from,
                            size,
                            checkpoints.get(from).root(),
                            checkpoints.get(size).root(),
                            path))
                    .isTrue();
            proofs++;
        }
        return proofs;
    }

    private static List<byte[]> entries(byte[] bundle) {
        var entries = new ArrayList<byte[]>();
        for (var in = ByteBuffer.wrap(bundle); in.hasRemaining(); ) {
            var entry = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(entry);
            entries.add(entry);
        }
        return entries;
    }
}
