package io.thingstead.node.consensus;

import io.thingstead.node.ledger.Position;
import java.util.List;

/// The ledger's state at one height, so that a member can join without replaying all blocks: the growing edge of the
/// tree
/// of events, and the state's entries in chunks of det-CBOR `[[key, value], …]`, upwards by key.
public record LedgerSnapshot(
        Position position, byte[] headerHash, byte[] appHash, byte[] eventsEdge, List<byte[]> chunks) {
    /// A chunk is closed when it has grown over this.
    public static final int CHUNK_BYTES = 64 * 1024;

    static final int MAX_CHUNK_BYTES = 4 * CHUNK_BYTES;

    public LedgerSnapshot {
        chunks = List.copyOf(chunks);
    }
}
