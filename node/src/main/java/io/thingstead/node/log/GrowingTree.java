package io.thingstead.node.log;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// The tree as its owner grows it: the right edge in memory, full tiles into the batch that completes them.
/// Of level 0 the commitments are kept, which say more than the leaf hashes; of the levels above, the hashes.
final class GrowingTree {
    private static final byte[] LEAF_OF_COMMITMENT = {0, 1};

    private final long log;
    private final TileCache cache;
    private final MessageDigest digest = Sha256.newDigest();
    private final List<TileNodes> tiles = new ArrayList<>();
    private byte[] commitments = new byte[TileNodes.WIDTH * 32];
    private long size;

    GrowingTree(long log, TileCache cache) {
        this.log = log;
        this.cache = cache;
        tiles.add(new TileNodes());
    }

    long size() {
        return size;
    }

    /// RFC 9162 §2.1.1: the hash of the leaf `0x01 ‖ commitment`.
    static byte[] leafHash(MessageDigest digest, byte[] commitment) {
        digest.update(LEAF_OF_COMMITMENT);
        return digest.digest(commitment);
    }

    void append(byte[] commitment, Batch batch) {
        var tile = tiles.getFirst();
        System.arraycopy(commitment, 0, commitments, 32 * tile.width(), 32);
        tile.append(leafHash(digest, commitment));
        size++;
        if (!tile.isFull()) return;
        batch.put(Column.TILE, Rows.tileKey(log, 0, TileNodes.nodes(size - 1, 1)), commitments);
        // A new array, not the old one emptied: readers of an earlier edge still look into that.
        commitments = new byte[TileNodes.WIDTH * 32];
        complete(0, batch);
    }

    private void complete(int level, Batch batch) {
        var full = tiles.get(level);
        cache.put(level, TileNodes.nodes(size - 1, level + 1), full);
        tiles.set(level, new TileNodes());
        raise(level + 1, full.root(), batch);
    }

    private void raise(int level, byte[] hash, Batch batch) {
        if (tiles.size() == level) tiles.add(new TileNodes());
        var tile = tiles.get(level);
        tile.append(hash);
        if (!tile.isFull()) return;
        batch.put(
                Column.TILE,
                Rows.tileKey(log, level, TileNodes.nodes(size - 1, level + 1)),
                tile.hashes(TileNodes.WIDTH));
        complete(level, batch);
    }

    TreeEdge edge() {
        return new TreeEdge(size, List.copyOf(tiles), commitments);
    }

    /// Makes the edge of a kept log again: its full tiles give the levels above 0, `partial` the commitments after the
    /// last full level 0 tile.
    static GrowingTree restored(long log, long size, TileCache cache, List<byte[]> partial) {
        var tree = new GrowingTree(log, cache);
        for (int level = 1; TileNodes.nodes(size, level) > 0; level++) {
            var tile = new TileNodes();
            long below = TileNodes.nodes(size, level);
            long first = below & -TileNodes.WIDTH;
            for (long child = first; child < below; child++)
                tile.append(cache.get(level - 1, child).root());
            tree.tiles.add(tile);
        }
        for (var commitment : partial) {
            System.arraycopy(
                    commitment, 0, tree.commitments, 32 * tree.tiles.getFirst().width(), 32);
            tree.tiles.getFirst().append(leafHash(tree.digest, commitment));
        }
        tree.size = size;
        return tree;
    }
}
