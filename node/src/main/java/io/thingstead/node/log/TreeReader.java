package io.thingstead.node.log;

import io.thingstead.kit.merkle.HashReader;
import io.thingstead.kit.merkle.MerkleTree;
import java.util.Arrays;

/// Reads the tree at one size: the growing tiles from memory, the full ones through the cache.
final class TreeReader implements HashReader {
    private final TreeEdge edge;
    private final TileCache cache;

    TreeReader(TreeEdge edge, TileCache cache) {
        this.edge = edge;
        this.cache = cache;
    }

    long size() {
        return edge.size();
    }

    byte[] root() {
        return MerkleTree.root(this, edge.size());
    }

    @Override
    public byte[] hash(int level, long index) {
        int tileLevel = level / TileNodes.LEVELS;
        int height = level % TileNodes.LEVELS;
        long tile = index >>> (TileNodes.LEVELS - height);
        int node = (int) (index & ((TileNodes.WIDTH >>> height) - 1));
        return tile(tileLevel, tile).node(height, node);
    }

    /// The first `width` hashes of a tile.
    byte[] hashes(int level, long tile, int width) {
        return tile(level, tile).hashes(width);
    }

    /// The commitments of the first `width` leaves of a level 0 tile.
    byte[] commitments(long tile, int width) {
        return Arrays.copyOf(isGrowing(0, tile) ? edge.commitments() : cache.commitments(tile), 32 * width);
    }

    /// How many hashes the tile has at this size, 0 to 256.
    int width(int level, long tile) {
        if (level >= Long.SIZE / TileNodes.LEVELS) return 0;
        long nodes = TileNodes.nodes(edge.size(), level);
        return tile > nodes >>> TileNodes.LEVELS
                ? 0
                : (int) Math.min(TileNodes.WIDTH, nodes - (tile << TileNodes.LEVELS));
    }

    private TileNodes tile(int level, long tile) {
        return isGrowing(level, tile) ? edge.tiles().get(level) : cache.get(level, tile);
    }

    private boolean isGrowing(int level, long tile) {
        return TileNodes.nodes(edge.size(), level + 1) == tile;
    }
}
