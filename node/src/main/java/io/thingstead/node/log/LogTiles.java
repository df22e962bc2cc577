package io.thingstead.node.log;

import io.thingstead.kit.merkle.TilePath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A log as files below its address (C2SP tlog-tiles): `checkpoint`, `tile/<L>/<N>[.p/<W>]`,
/// `tile/entries/<N>[.p/<W>]`.
public final class LogTiles {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BYTES = "application/octet-stream";

    private final TiledLog log;

    /// One file.
    ///
    /// @param immutable it will never have other bytes
    public record Resource(byte[] bytes, String mediaType, boolean immutable) {
        /// A signed note, whose place another one may take.
        public static Resource note(String note) {
            return new Resource(note.getBytes(StandardCharsets.UTF_8), TEXT, false);
        }
    }

    public LogTiles(TiledLog log) {
        this.log = log;
    }

    /// @param path below the log's address, without a leading slash
    public Optional<Resource> resource(String path) {
        if (path.equals("checkpoint")) return log.note().map(Resource::note);
        return TilePath.parse(path).flatMap(this::tile).map(bytes -> new Resource(bytes, BYTES, true));
    }

    private Optional<byte[]> tile(TilePath path) {
        return path.isEntries()
                ? log.commitments(path.index(), path.width()).map(LogTiles::bundle)
                : log.tile(path.level(), path.index(), path.width());
    }

    /// Each entry behind its length in two bytes.
    private static byte[] bundle(byte[] commitments) {
        int count = commitments.length / 32;
        var bundle = ByteBuffer.allocate(count * (2 + Entries.ENTRY_BYTES));
        for (int i = 0; i < count; i++)
            bundle.putShort((short) Entries.ENTRY_BYTES).put((byte) 1).put(commitments, 32 * i, 32);
        return bundle.array();
    }
}
