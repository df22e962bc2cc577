package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.TilePath;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Leaves on their way into a mirrored tree, with the tiles that they change. Nothing of it counts before it was
/// checked and its batch written; one that fails is thrown away.
final class Growth {
    private static final int TILE_LEVEL = 8;

    private final LogId log;
    private final Store store;
    private final Frontier edge;
    private final Map<Tile, byte[]> rows = new LinkedHashMap<>();

    private record Tile(int level, long number) {}

    Growth(LogId log, Store store, Frontier edge) {
        this.log = log;
        this.store = store;
        this.edge = edge;
    }

    long size() {
        return edge.size();
    }

    byte[] root() {
        return edge.root();
    }

    Frontier edge() {
        return edge;
    }

    /// The commitments of the tile that the tree ends in, from its first on; those that the tree has are passed over.
    void append(byte[] commitments) {
        long tile = size() / TilePath.FULL;
        int from = (int) (size() % TilePath.FULL) * MirrorRows.HASH;
        for (int at = from; at < commitments.length; at += MirrorRows.HASH) {
            byte[] entry = new byte[1 + MirrorRows.HASH];
            entry[0] = 1;
            System.arraycopy(commitments, at, entry, 1, MirrorRows.HASH);
            put(0, tile, at, Arrays.copyOfRange(entry, 1, entry.length));
            edge.append(MerkleTree.leafHash(entry), this::completed);
        }
    }

    private void completed(int level, long index, byte[] hash) {
        if (level > 0 && level % TILE_LEVEL == 0)
            put(level / TILE_LEVEL, index / TilePath.FULL, (int) (index % TilePath.FULL) * MirrorRows.HASH, hash);
    }

    private void put(int level, long number, int at, byte[] hash) {
        Tile tile = new Tile(level, number);
        byte[] row = rows.computeIfAbsent(tile, this::kept);
        if (row.length <= at) {
            row = Arrays.copyOf(row, MirrorRows.TILE_BYTES);
            rows.put(tile, row);
        }
        System.arraycopy(hash, 0, row, at, MirrorRows.HASH);
    }

    private byte[] kept(Tile tile) {
        byte[] row = store.get(Column.MIRROR, MirrorRows.tile(log, tile.level, tile.number));
        return row == null ? new byte[0] : row;
    }

    /// The tiles as they are now, each as wide as the tree makes it.
    void putInto(Batch batch) {
        rows.forEach((tile, row) -> {
            long nodes = size() >>> (TILE_LEVEL * tile.level);
            long width = Math.min(TilePath.FULL, nodes - tile.number * TilePath.FULL);
            batch.put(
                    Column.MIRROR,
                    MirrorRows.tile(log, tile.level, tile.number),
                    Arrays.copyOf(row, (int) width * MirrorRows.HASH));
        });
    }
}
