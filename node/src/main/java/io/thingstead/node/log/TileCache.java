package io.thingstead.node.log;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Full tiles with their nodes: the newest and the lately used in memory, all others from the store. For any thread.
final class TileCache {
    /// 16 KiB each.
    private static final int MOST = 256;

    private final Store store;
    private final long log;
    private final Map<Tile, TileNodes> recent = new LinkedHashMap<>(2 * MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Tile, TileNodes> eldest) {
            return size() > MOST;
        }
    };

    private record Tile(int level, long number) {}

    TileCache(Store store, long log) {
        this.store = store;
        this.log = log;
    }

    void put(int level, long tile, TileNodes nodes) {
        synchronized (recent) {
            recent.put(new Tile(level, tile), nodes);
        }
    }

    TileNodes get(int level, long tile) {
        var key = new Tile(level, tile);
        synchronized (recent) {
            var known = recent.get(key);
            if (known != null) return known;
        }
        var nodes = TileNodes.of(hashes(level, row(level, tile)));
        put(level, tile, nodes);
        return nodes;
    }

    /// A full level 0 tile's commitments.
    byte[] commitments(long tile) {
        return row(0, tile);
    }

    private byte[] row(int level, long tile) {
        byte @Nullable [] row = store.get(Column.TILE, Rows.tileKey(log, level, tile));
        if (row == null || row.length != 32 * TileNodes.WIDTH)
            throw Rows.corrupt("tile %d of level %d is missing".formatted(tile, level));
        return row;
    }

    private static byte[] hashes(int level, byte[] row) {
        return level == 0 ? leafHashes(row) : row;
    }

    static byte[] leafHashes(byte[] commitments) {
        MessageDigest digest = Sha256.newDigest();
        var hashes = new byte[commitments.length];
        for (int at = 0; at < commitments.length; at += 32) {
            var hash = GrowingTree.leafHash(digest, Arrays.copyOfRange(commitments, at, at + 32));
            System.arraycopy(hash, 0, hashes, at, 32);
        }
        return hashes;
    }
}
