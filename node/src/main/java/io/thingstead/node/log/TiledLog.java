package io.thingstead.node.log;

import java.util.Optional;

/// A log that can be served as tiles: one of the member's own, or its mirror of another's. For any thread.
public interface TiledLog {
    /// The signed checkpoint that is shown, if there is one.
    Optional<String> note();

    /// The first `width` hashes of a tile, where the log has so many.
    Optional<byte[]> tile(int level, long number, int width);

    /// The commitments of the first `width` leaves of a level 0 tile, where the log has so many.
    Optional<byte[]> commitments(long number, int width);
}
