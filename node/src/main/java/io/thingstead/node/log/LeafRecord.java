package io.thingstead.node.log;

/// What stands behind a leaf of the log: everything its commitment is made of, and whose frame it is.
///
/// @param kind 1: a frame, 2: a command, 3: a command's receipt
/// @param n the frame's sequence number in its stream
public record LeafRecord(
        long index, DeviceStream stream, long n, byte[] salt, int kind, long receivedMs, byte[] content) {
    /// Whether it holds readings.
    public boolean isFrame() {
        return kind == Entries.FRAME;
    }

    /// The 33 bytes that the log's tree has at this index.
    public byte[] entry() {
        return Entries.entry(Entries.commitment(salt, kind, receivedMs, content));
    }
}
