package io.thingstead.kit.merkle;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The growing edge of a tree: the roots of its complete subtrees, enough to append leaves and to compute the root.
/// Mutable and confined to its owner; `copy` makes an independent one.
public final class Frontier {
    private final byte[][] complete = new byte[Long.SIZE][];
    private long size;

    public long size() {
        return size;
    }

    public void append(byte[] leafHash) {
        append(leafHash, HashSink.NONE);
    }

    /// Appends a leaf and reports it and every subtree that it completes, lowest first.
    public void append(byte[] leafHash, HashSink sink) {
        if (leafHash.length != MerkleTree.HASH_BYTES) throw new IllegalArgumentException("a leaf hash has 32 bytes");
        var hash = leafHash.clone();
        sink.completed(0, size, hash);
        int level = 0;
        for (; (size >>> level & 1) == 1; level++) {
            hash = MerkleTree.nodeHash(complete[level], hash);
            sink.completed(level + 1, size >>> (level + 1), hash);
        }
        complete[level] = hash;
        size++;
    }

    public byte[] root() {
        if (size == 0) return MerkleTree.emptyRoot();
        int level = Long.numberOfTrailingZeros(size);
        var root = complete[level];
        for (level++; level < Long.SIZE; level++) {
            if ((size >>> level & 1) == 1) root = MerkleTree.nodeHash(complete[level], root);
        }
        return root.clone();
    }

    public Frontier copy() {
        var copy = new Frontier();
        System.arraycopy(complete, 0, copy.complete, 0, complete.length);
        copy.size = size;
        return copy;
    }

    /// size u64, then the subtree roots, largest subtree first.
    public byte[] encode() {
        var out = ByteBuffer.allocate(8 + MerkleTree.HASH_BYTES * Long.bitCount(size));
        out.putLong(size);
        for (int level = Long.SIZE - 1; level >= 0; level--) {
            if ((size >>> level & 1) == 1) out.put(complete[level]);
        }
        return out.array();
    }

    /// Empty when the bytes are not of the form that `encode` writes.
    public static Optional<Frontier> decode(byte[] bytes) {
        if (bytes.length < 8) return Optional.empty();
        var in = ByteBuffer.wrap(bytes);
        var frontier = new Frontier();
        frontier.size = in.getLong();
        if (frontier.size < 0 || in.remaining() != MerkleTree.HASH_BYTES * Long.bitCount(frontier.size)) {
            return Optional.empty();
        }
        for (int level = Long.SIZE - 1; level >= 0; level--) {
            if ((frontier.size >>> level & 1) == 1) {
                frontier.complete[level] = new byte[MerkleTree.HASH_BYTES];
                in.get(frontier.complete[level]);
            }
        }
        return Optional.of(frontier);
    }

    /// The frontier of the first `size` leaves of a kept tree.
    public static Frontier of(HashReader reader, long size) {
        if (size < 0) throw new IllegalArgumentException("size out of range: " + size);
        var frontier = new Frontier();
        frontier.size = size;
        for (int level = 0; level < Long.SIZE; level++) {
            if ((size >>> level & 1) == 1) {
                frontier.complete[level] = reader.hash(level, (size >>> level) - 1);
            }
        }
        return frontier;
    }
}
