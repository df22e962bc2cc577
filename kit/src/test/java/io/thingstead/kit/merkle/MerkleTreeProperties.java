package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random trees: every proof verifies, and no mutation of one does.
class MerkleTreeProperties {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final RandomGenerator random = new Random(seed);

    @Test
    void every_inclusion_proof_of_every_small_tree_verifies_and_its_mutations_fail() {
        System.out.println("MerkleTreeProperties seed " + seed);
        var entries = new ArrayList<byte[]>();
        var tree = new MemoryTree();
        for (int size = 1; size <= 70; size++) {
            entries.add(randomBytes(random.nextInt(40)));
            tree.append(entries.getLast());
            var root = tree.frontier.root();
            assertThat(root).isEqualTo(MemoryTree.definedRoot(entries));
            for (int index = 0; index < size; index++) {
                var leaf = MerkleTree.leafHash(entries.get(index));
                var path = MerkleTree.inclusionProof(tree, index, size);
                assertThat(MerkleVerifier.verifyInclusion(leaf, index, size, path, root))
                        .isTrue();
                assertThat(MerkleVerifier.verifyInclusion(leaf, index + 1, size, path, root))
                        .isFalse();
                assertThat(MerkleVerifier.verifyInclusion(leaf, index, index, path, root))
                        .isFalse();
                assertThat(MerkleVerifier.verifyInclusion(flipped(leaf), index, size, path, root))
                        .isFalse();
                assertThat(MerkleVerifier.verifyInclusion(leaf, index, size, path, flipped(root)))
                        .isFalse();
                for (var mutation : mutations(path)) {
                    assertThat(MerkleVerifier.verifyInclusion(leaf, index, size, mutation, root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void every_consistency_proof_of_every_small_tree_verifies_and_its_mutations_fail() {
        System.out.println("MerkleTreeProperties seed " + seed);
        var tree = new MemoryTree();
        var roots = new ArrayList<byte[]>();
        roots.add(tree.frontier.root());
        for (int size = 1; size <= 70; size++) {
            tree.append(randomBytes(8));
            roots.add(tree.frontier.root());
            for (int from = 1; from <= size; from++) {
                var path = MerkleTree.consistencyProof(tree, from, size);
                var old = roots.get(from);
                var now = roots.get(size);
                assertThat(MerkleVerifier.verifyConsistency(from, size, old, now, path))
                        .isTrue();
                assertThat(MerkleVerifier.verifyConsistency(from, size, flipped(old), now, path))
                        .isFalse();
                assertThat(MerkleVerifier.verifyConsistency(from, size, old, flipped(now), path))
                        .isFalse();
                for (var mutation : mutations(path)) {
                    assertThat(MerkleVerifier.verifyConsistency(from, size, old, now, mutation))
                            .isFalse();
                }
            }
            assertThat(MerkleVerifier.verifyConsistency(0, size, roots.getFirst(), roots.get(size), List.of()))
                    .isFalse();
        }
    }

    @Test
    void a_frontier_comes_back_from_its_bytes_and_from_a_kept_tree() {
        System.out.println("MerkleTreeProperties seed " + seed);
        var tree = new MemoryTree();
        for (int size = 0; size < 300; size++) {
            var decoded = Frontier.decode(tree.frontier.encode()).orElseThrow();
            var read = Frontier.of(tree, size);
            assertThat(decoded.root()).isEqualTo(tree.frontier.root());
            assertThat(read.root()).isEqualTo(tree.frontier.root());
            var copy = tree.frontier.copy();
            var before = copy.root();
            tree.append(randomBytes(5));
            assertThat(copy.root()).isEqualTo(before);
            decoded.append(tree.hash(0, size));
            assertThat(decoded.root()).isEqualTo(tree.frontier.root());
        }
    }

    @Test
    void tiles_give_the_same_hashes_as_the_tree() {
        System.out.println("MerkleTreeProperties seed " + seed);
        int size = 256 * 3 + random.nextInt(256 * 256);
        var tree = new MemoryTree();
        for (int i = 0; i < size; i++) tree.append(randomBytes(4));
        var tiles = new TileHashes(size, path -> {
            var bytes = new byte[path.width() * 32];
            for (int i = 0; i < path.width(); i++) {
                System.arraycopy(tree.hash(path.level() * 8, path.index() * 256 + i), 0, bytes, i * 32, 32);
            }
            return bytes;
        });
        assertThat(MerkleTree.root(tiles, size)).isEqualTo(tree.frontier.root());
        for (int i = 0; i < 200; i++) {
            long index = random.nextLong(size);
            assertThat(MerkleTree.inclusionProof(tiles, index, size))
                    .usingElementComparator(java.util.Arrays::compare)
                    .isEqualTo(MerkleTree.inclusionProof(tree, index, size));
            long from = 1 + random.nextLong(size - 1);
            assertThat(MerkleTree.consistencyProof(tiles, from, size))
                    .usingElementComparator(java.util.Arrays::compare)
                    .isEqualTo(MerkleTree.consistencyProof(tree, from, size));
        }
    }

    private List<List<byte[]>> mutations(List<byte[]> path) {
        var mutations = new ArrayList<List<byte[]>>();
        var longer = new ArrayList<>(path);
        longer.add(random.nextInt(path.size() + 1), randomBytes(32));
        mutations.add(longer);
        if (path.isEmpty()) return mutations;
        int at = random.nextInt(path.size());
        var shorter = new ArrayList<>(path);
        shorter.remove(at);
        mutations.add(shorter);
        var changed = new ArrayList<>(path);
        changed.set(at, flipped(path.get(at)));
        mutations.add(changed);
        var cut = new ArrayList<>(path);
        cut.set(at, randomBytes(31));
        mutations.add(cut);
        if (path.size() > 1) mutations.add(path.reversed());
        return mutations;
    }

    private byte[] flipped(byte[] bytes) {
        var changed = bytes.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private byte[] randomBytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
