package io.thingstead.node.log;

import io.thingstead.kit.crypto.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/// A tile of up to 256 hashes with the nodes of the eight tree levels above them, each computed once, when its subtree
/// is complete. Grows by its owner only; a reader that learned a width afterwards may read up to it from any thread.
final class TileNodes {
    static final int LEVELS = 8;
    static final int WIDTH = 1 << LEVELS;
    private static final int HASH = 32;
    private static final byte NODE = 1;
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::newDigest);

    private final byte[] nodes = new byte[(2 * WIDTH - 1) * HASH];
    private int width;

    /// How many nodes of a tile level are complete in a tree of this size: each stands over `256^level` leaves.
    static long nodes(long size, int level) {
        return size >>> (LEVELS * level);
    }

    /// Of a tile's bytes: hashes of 32 bytes, one after another.
    static TileNodes of(byte[] hashes) {
        var tile = new TileNodes();
        for (int at = 0; at < hashes.length; at += HASH) tile.append(hashes, at);
        return tile;
    }

    int width() {
        return width;
    }

    boolean isFull() {
        return width == WIDTH;
    }

    void append(byte[] hash) {
        append(hash, 0);
    }

    private void append(byte[] hash, int offset) {
        System.arraycopy(hash, offset, nodes, at(0, width), HASH);
        int node = width++;
        for (int height = 1; (node & 1) == 1; height++) {
            node >>>= 1;
            join(at(height - 1, 2 * node), at(height, node));
        }
    }

    /// RFC 9162 §2.1.1: the hash of an inner node.
    private void join(int children, int parent) {
        var digest = DIGEST.get();
        digest.update(NODE);
        digest.update(nodes, children, 2 * HASH);
        try {
            digest.digest(nodes, parent, HASH);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The node `index` at `height` above the tile's hashes; its subtree is complete.
    byte[] node(int height, int index) {
        int at = at(height, index);
        return Arrays.copyOfRange(nodes, at, at + HASH);
    }

    /// The hash over all 256.
    byte[] root() {
        return node(LEVELS, 0);
    }

    /// The first hashes of the tile.
    byte[] hashes(int count) {
        return Arrays.copyOf(nodes, count * HASH);
    }

    /// Height 0 comes first, then height 1, and so on; each has half as many nodes as the one before.
    private static int at(int height, int index) {
        int before = 2 * WIDTH - ((2 * WIDTH) >>> height);
        return (before + index) * HASH;
    }
}
