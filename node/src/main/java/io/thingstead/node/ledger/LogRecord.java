package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Thumbprint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the ledger knows of a log: its name, its key, and its last anchored size and root.
///
/// @param anchorEvent the event of the last anchor, or null before the first
/// @param anchorTime the block time of the last anchor, or of the opening
/// @param closed why it was closed, or null while it is open
public record LogRecord(
        LogId log,
        String origin,
        Thumbprint key,
        long size,
        byte[] root,
        @Nullable Long anchorEvent,
        long anchorTime,
        @Nullable Long closed) {
    /// The reason for closing it when data were lost.
    public static final int LOST_DATA = 1;

    public LogRecord anchored(long toSize, byte[] newRoot, long eventNo, long nowMs) {
        return new LogRecord(log, origin, key, toSize, newRoot, eventNo, nowMs, closed);
    }

    /// As of an anchor before the last one.
    public LogRecord asOf(long earlierSize, byte[] earlierRoot) {
        return new LogRecord(log, origin, key, earlierSize, earlierRoot, anchorEvent, anchorTime, closed);
    }

    public LogRecord closed(long reason) {
        return new LogRecord(log, origin, key, size, root, anchorEvent, anchorTime, reason);
    }

    /// Whether it was closed because its member lost data.
    public boolean isLost() {
        return closed != null && closed == LOST_DATA;
    }

    /// Why it was closed, in words; empty while it is open.
    public Optional<String> closedInWords() {
        return Optional.ofNullable(closed).map(EventWords::closeReason);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(160)
                .array(7)
                .text(origin)
                .bytes(key.bytes())
                .integer(size)
                .bytes(root);
        if (anchorEvent == null) {
            out.nil();
        } else {
            out.integer(anchorEvent);
        }
        out.integer(anchorTime);
        if (closed == null) {
            out.nil();
        } else {
            out.integer(closed);
        }
        return out.toBytes();
    }

    public static LogRecord decode(LogId log, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(7);
        String origin = in.readText(512);
        Thumbprint key = new Thumbprint(in.readBytesOf(32));
        long size = in.readUint();
        byte[] root = in.readBytesOf(32);
        Long anchorEvent = optional(in);
        long anchorTime = in.readUint();
        Long closed = optional(in);
        in.expectEnd();
        return new LogRecord(log, origin, key, size, root, anchorEvent, anchorTime, closed);
    }

    private static @Nullable Long optional(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readUint();
    }
}
