package io.thingstead.kit.merkle;

import java.util.Arrays;

/// Reads subtree hashes out of the tiles of a log of known size: tile level L holds the hashes of tree level 8·L, and
/// the levels between are computed from them.
public final class TileHashes implements HashReader {
    /// Gives the bytes of a tile: at least `width` hashes of 32 bytes.
    @FunctionalInterface
    public interface Tiles {
        byte[] tile(TilePath path);
    }

    private static final int LEVELS_PER_TILE = 8;

    private final long size;
    private final Tiles tiles;

    public TileHashes(long size, Tiles tiles) {
        this.size = size;
        this.tiles = tiles;
    }

    @Override
    public byte[] hash(int level, long index) {
        int tileLevel = level / LEVELS_PER_TILE;
        int above = level % LEVELS_PER_TILE;
        long first = index << above;
        long tileIndex = first / TilePath.FULL;
        long available = (size >>> (tileLevel * LEVELS_PER_TILE)) - tileIndex * TilePath.FULL;
        int offset = (int) (first % TilePath.FULL);
        int count = 1 << above;
        if (available < offset + count) throw new IllegalArgumentException("subtree not complete at size " + size);
        var tile = tiles.tile(TilePath.hashes(tileLevel, tileIndex, (int) Math.min(available, TilePath.FULL)));
        var hashes = new byte[count][];
        for (int i = 0; i < count; i++) {
            int at = (offset + i) * MerkleTree.HASH_BYTES;
            hashes[i] = Arrays.copyOfRange(tile, at, at + MerkleTree.HASH_BYTES);
        }
        for (int width = count; width > 1; width /= 2) {
            for (int i = 0; i < width / 2; i++) hashes[i] = MerkleTree.nodeHash(hashes[2 * i], hashes[2 * i + 1]);
        }
        return hashes[0];
    }
}
