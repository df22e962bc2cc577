package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.TileHashes;
import io.thingstead.kit.merkle.TilePath;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The tree of another member's log as far as it is kept here: of level 0 the commitments, of the tile levels above the
/// hashes. Grows by [Growth] in its owner's hands; read by any thread. It holds only what the ledger anchored, so it
/// never has to be taken back.
final class MirroredTree {
    private final LogId log;
    private final Store store;
    private volatile Frontier edge;

    MirroredTree(LogId log, Store store, Frontier edge) {
        this.log = log;
        this.store = store;
        this.edge = edge;
    }

    long size() {
        return edge.size();
    }

    /// Not to be appended to.
    Frontier edge() {
        return edge;
    }

    byte[] root() {
        return edge.root();
    }

    /// `size ≤ size()`
    byte[] rootAt(long size) {
        Frontier now = edge;
        return size == now.size() ? now.root() : MerkleTree.root(hashes(size), size);
    }

    List<byte[]> consistencyProof(long from, long to) {
        return MerkleTree.consistencyProof(hashes(to), from, to);
    }

    List<byte[]> inclusionProof(long index, long size) {
        return MerkleTree.inclusionProof(hashes(size), index, size);
    }

    private HashReader hashes(long size) {
        if (size > edge.size()) throw new IllegalArgumentException("the mirror has no size " + size);
        return new TileHashes(size, path -> hashes(path.level(), row(path.level(), path.index(), path.width())));
    }

    private static byte[] hashes(int level, byte[] row) {
        return level == 0 ? leafHashes(row) : row;
    }

    static byte[] leafHashes(byte[] commitments) {
        byte[] hashes = new byte[commitments.length];
        for (int at = 0; at < commitments.length; at += MirrorRows.HASH)
            System.arraycopy(MerkleTree.leafHash(entry(commitments, at)), 0, hashes, at, MirrorRows.HASH);
        return hashes;
    }

    private static byte[] entry(byte[] commitments, int at) {
        byte[] entry = new byte[1 + MirrorRows.HASH];
        entry[0] = 1;
        System.arraycopy(commitments, at, entry, 1, MirrorRows.HASH);
        return entry;
    }

    /// The 33 bytes of the log at `index < size()`.
    byte[] entry(long index) {
        int at = (int) (index % TilePath.FULL);
        return entry(row(0, index / TilePath.FULL, at + 1), at * MirrorRows.HASH);
    }

    /// The first `width` hashes of a tile, where the tree has so many.
    Optional<byte[]> tile(int level, long number, int width) {
        return has(level, number, width) ? Optional.of(hashes(level, row(level, number, width))) : Optional.empty();
    }

    Optional<byte[]> commitments(long number, int width) {
        return has(0, number, width) ? Optional.of(row(0, number, width)) : Optional.empty();
    }

    private boolean has(int level, long number, int width) {
        if (level >= Long.SIZE / 8) return false;
        long nodes = edge.size() >>> (8 * level);
        return number <= nodes / TilePath.FULL && number * TilePath.FULL + width <= nodes;
    }

    private byte[] row(int level, long number, int width) {
        byte[] row = store.get(Column.MIRROR, MirrorRows.tile(log, level, number));
        if (row == null || row.length < width * MirrorRows.HASH)
            throw new StoreException(
                    StoreException.Category.CORRUPT,
                    "the mirror of %s lost tile %d of level %d".formatted(log, number, level));
        return Arrays.copyOf(row, width * MirrorRows.HASH);
    }

    Growth grow() {
        return new Growth(log, store, edge.copy());
    }

    /// After what it added is durable.
    void take(Growth growth) {
        edge = growth.edge();
    }
}
