package io.thingstead.kit.merkle;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of the state map; null stands for an empty subtree. Nodes never change once made.
sealed interface StateNode {
    byte LEAF = 0x00;
    byte INNER = 0x01;

    /// One entry. Path and value hash share an array: state has millions of these.
    final class Leaf implements StateNode {
        private final byte[] pathAndValueHash;

        Leaf(byte[] path, byte[] valueHash) {
            pathAndValueHash = Arrays.copyOf(path, 64);
            System.arraycopy(valueHash, 0, pathAndValueHash, 32, 32);
        }

        byte[] path() {
            return Arrays.copyOf(pathAndValueHash, 32);
        }

        byte[] valueHash() {
            return Arrays.copyOfRange(pathAndValueHash, 32, 64);
        }

        boolean bit(int depth) {
            return StateProof.bit(pathAndValueHash, depth);
        }

        boolean isAfter(byte[] path) {
            return Arrays.compareUnsigned(pathAndValueHash, 0, 32, path, 0, 32) > 0;
        }

        boolean hasPath(byte[] path) {
            return Arrays.equals(pathAndValueHash, 0, 32, path, 0, 32);
        }

        /// Computed each time: it is needed only when a neighbour changes, and to keep it would cost 48 bytes an entry.
        byte[] hash(Sha256 sha) {
            return sha.hash(LEAF, pathAndValueHash);
        }
    }

    /// A fork. At most one side is empty, and then the other side is a fork too.
    final class Inner implements StateNode {
        private final @Nullable StateNode left;
        private final @Nullable StateNode right;
        // volatile publishes the array safely; two threads may compute it at once and write the same bytes
        private volatile byte @Nullable [] hash;

        Inner(@Nullable StateNode left, @Nullable StateNode right) {
            this.left = left;
            this.right = right;
        }

        @Nullable
        StateNode left() {
            return left;
        }

        @Nullable
        StateNode right() {
            return right;
        }

        /// This fork with other subtrees. A lone leaf moves up to its new shortest unique prefix.
        @Nullable
        StateNode with(@Nullable StateNode newLeft, @Nullable StateNode newRight) {
            return newLeft == left && newRight == right ? this : joined(newLeft, newRight);
        }

        byte[] hash(Sha256 sha) {
            var known = hash;
            if (known == null) {
                var ofLeft = hashOf(left, sha);
                known = sha.hash(INNER, ofLeft, hashOf(right, sha));
                hash = known;
            }
            return known;
        }
    }

    static byte[] hashOf(@Nullable StateNode node) {
        return hashOf(node, Sha256.ofThread());
    }

    private static byte[] hashOf(@Nullable StateNode node, Sha256 sha) {
        return switch (node) {
            case null -> StateMap.EMPTY_HASH;
            case Leaf leaf -> leaf.hash(sha);
            case Inner inner -> inner.hash(sha);
        };
    }

    private static @Nullable StateNode joined(@Nullable StateNode left, @Nullable StateNode right) {
        if (left == null && !(right instanceof Inner)) return right;
        if (right == null && left instanceof Leaf) return left;
        return new Inner(left, right);
    }

    /// The subtree at `depth` of these leaves, which are in the order of their paths.
    static @Nullable StateNode of(List<Leaf> leaves, int depth) {
        if (leaves.isEmpty()) return null;
        if (leaves.size() == 1) return leaves.getFirst();
        int half = 0;
        while (half < leaves.size() && !leaves.get(half).bit(depth)) half++;
        return joined(of(leaves.subList(0, half), depth + 1), of(leaves.subList(half, leaves.size()), depth + 1));
    }

    /// The subtree at `depth` with this leaf put in or replaced.
    static StateNode with(@Nullable StateNode node, int depth, Leaf leaf) {
        return switch (node) {
            case null -> leaf;
            case Leaf other -> other.hasPath(leaf.path()) ? leaf : fork(other, leaf, depth);
            case Inner inner ->
                leaf.bit(depth)
                        ? new Inner(inner.left, with(inner.right, depth + 1, leaf))
                        : new Inner(with(inner.left, depth + 1, leaf), inner.right);
        };
    }

    /// The smallest subtree at `depth` that keeps two leaves apart.
    private static StateNode fork(Leaf one, Leaf two, int depth) {
        int split = depth;
        while (one.bit(split) == two.bit(split)) split++;
        StateNode node = two.bit(split) ? new Inner(one, two) : new Inner(two, one);
        for (int d = split - 1; d >= depth; d--) node = two.bit(d) ? new Inner(null, node) : new Inner(node, null);
        return node;
    }

    /// The subtree at `depth` without the leaf of this path, which is in it.
    static @Nullable StateNode without(@Nullable StateNode node, int depth, byte[] path) {
        return switch (node) {
            case null -> throw new IllegalStateException("the leaf to remove is not here");
            case Leaf _ -> null;
            case Inner inner -> {
                boolean right = StateProof.bit(path, depth);
                var changed = without(right ? inner.right : inner.left, depth + 1, path);
                var kept = right ? inner.left : inner.right;
                // A lone leaf moves up to its new shortest unique prefix.
                if (changed == null && (kept == null || kept instanceof Leaf)) yield kept;
                if (kept == null && changed instanceof Leaf) yield changed;
                yield right ? new Inner(kept, changed) : new Inner(changed, kept);
            }
        };
    }
}
