package io.thingstead.node.log;

import org.jspecify.annotations.Nullable;

/// What stands behind a leaf of the log: everything its commitment is made of, and whose frame it is.
///
/// @param kind 1: a frame, 2: a command, 3: a command's receipt
/// @param n the frame's sequence number in its stream
/// @param erased the commitment alone, where everything that it is made of was erased; null: all of it is here
public record LeafRecord(
        long index,
        DeviceStream stream,
        long n,
        byte[] salt,
        int kind,
        long receivedMs,
        byte[] content,
        byte @Nullable [] erased) {
    private static final byte[] NOTHING = {};

    public LeafRecord(long index, DeviceStream stream, long n, byte[] salt, int kind, long receivedMs, byte[] content) {
        this(index, stream, n, salt, kind, receivedMs, content, null);
    }

    static LeafRecord erased(long index, DeviceStream stream, long n, int kind, byte[] commitment) {
        return new LeafRecord(index, stream, n, NOTHING, kind, 0, NOTHING, commitment);
    }

    /// Whether it holds readings.
    public boolean isFrame() {
        return kind == Entries.FRAME && !isErased();
    }

    public boolean isErased() {
        return erased != null;
    }

    /// The 33 bytes that the log's tree has at this index.
    public byte[] entry() {
        byte[] left = erased;
        return Entries.entry(left == null ? Entries.commitment(salt, kind, receivedMs, content) : left);
    }
}
