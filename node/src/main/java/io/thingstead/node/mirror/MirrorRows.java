package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.TilePath;
import io.thingstead.kit.model.LogId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How the rows of mirrored logs stand in the store: behind the log's name, first the head, then the tiles.
final class MirrorRows {
    static final int HASH = 32;
    static final int TILE_BYTES = TilePath.FULL * HASH;
    private static final byte HEAD = 0;
    private static final byte TILES = 1;

    private MirrorRows() {}

    static byte[] log(LogId log) {
        return log(log, 0).array();
    }

    /// Behind the length of the member's name, so that one name is never the beginning of another.
    private static ByteBuffer log(LogId log, int more) {
        byte[] member = log.member().value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(5 + member.length + more)
                .put((byte) member.length)
                .put(member)
                .putInt((int) log.number());
    }

    static byte[] head(LogId log) {
        return log(log, 1).put(HEAD).array();
    }

    static byte[] tile(LogId log, int level, long number) {
        return log(log, 10).put(TILES).put((byte) level).putLong(number).array();
    }
}
