package io.thingstead.kit.merkle;

import java.util.ArrayList;
import java.util.List;

/// The Merkle tree of RFC 9162 §2.1: its hashes, and inclusion and consistency proofs made from complete subtrees.
public final class MerkleTree {
    public static final int HASH_BYTES = 32;

    /// A path in a tree of at most 2^64 leaves has at most this many hashes (plus one in a consistency proof).
    public static final int MAX_PATH = 64;

    private static final byte LEAF = 0x00;
    private static final byte NODE = 0x01;

    private MerkleTree() {}

    public static byte[] leafHash(byte[] entry) {
        return Sha256.of(LEAF, entry);
    }

    public static byte[] nodeHash(byte[] left, byte[] right) {
        return Sha256.of(NODE, left, right);
    }

    /// The root of a tree without leaves: the hash of nothing.
    public static byte[] emptyRoot() {
        return Sha256.of(new byte[0]);
    }

    /// The root over leaf hashes held in memory.
    public static byte[] root(List<byte[]> leafHashes) {
        var frontier = new Frontier();
        leafHashes.forEach(frontier::append);
        return frontier.root();
    }

    /// The root of the first `size` leaves.
    public static byte[] root(HashReader reader, long size) {
        requireSize(size >= 0, "size", size);
        return size == 0 ? emptyRoot() : rangeHash(reader, 0, size);
    }

    /// PATH(index, D_size) of RFC 9162 §2.1.3.1, leaf's sibling first.
    public static List<byte[]> inclusionProof(HashReader reader, long index, long size) {
        requireSize(index >= 0 && index < size, "index", index);
        var topDown = new ArrayList<byte[]>();
        long begin = 0;
        long end = size;
        while (end - begin > 1) {
            long middle = begin + leftSize(end - begin);
            if (index < middle) {
                topDown.add(rangeHash(reader, middle, end));
                end = middle;
            } else {
                topDown.add(rangeHash(reader, begin, middle));
                begin = middle;
            }
        }
        return List.copyOf(topDown.reversed());
    }

    /// PROOF(from, D_to) of RFC 9162 §2.1.4.1. Equal sizes need no proof; size 0 is consistent with everything and has
    /// none.
    public static List<byte[]> consistencyProof(HashReader reader, long from, long to) {
        requireSize(from >= 0 && from <= to, "from", from);
        if (from == 0 || from == to) return List.of();
        var topDown = new ArrayList<byte[]>();
        long begin = 0;
        long end = to;
        // Descend to where the old tree's last leaf ends a subtree; `from` always lies in (begin, end].
        while (end != from) {
            long middle = begin + leftSize(end - begin);
            if (from <= middle) {
                topDown.add(rangeHash(reader, middle, end));
                end = middle;
            } else {
                topDown.add(rangeHash(reader, begin, middle));
                begin = middle;
            }
        }
        // The subtree that both trees share is named unless it is the whole old tree, whose root is known already.
        if (begin != 0) topDown.add(rangeHash(reader, begin, end));
        return List.copyOf(topDown.reversed());
    }

    /// The hash over the leaves [begin, end); such ranges arise by splitting a tree, so `begin` is aligned.
    private static byte[] rangeHash(HashReader reader, long begin, long end) {
        long size = end - begin;
        if (Long.bitCount(size) == 1) {
            int level = Long.numberOfTrailingZeros(size);
            return reader.hash(level, begin >>> level);
        }
        long middle = begin + leftSize(size);
        return nodeHash(rangeHash(reader, begin, middle), rangeHash(reader, middle, end));
    }

    /// The largest power of two smaller than `size`, which is at least 2.
    private static long leftSize(long size) {
        return Long.highestOneBit(size - 1);
    }

    private static void requireSize(boolean holds, String name, long value) {
        if (!holds) throw new IllegalArgumentException(name + " out of range: " + value);
    }
}
