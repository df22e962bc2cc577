package io.thingstead.node.log;

import java.util.List;

/// Follows a log as it grows. Called on the sequencer's thread, in order, after the sync: implementations are quick,
/// hand longer work to a thread of their own, and catch up from the [LogReader] after a restart.
public interface LogListener {
    /// Leaves with consecutive indexes that became durable together.
    default void appended(List<AppendedLeaf> leaves) {}

    /// A checkpoint was signed, made durable and published.
    default void checkpoint(SignedCheckpoint checkpoint) {}
}
