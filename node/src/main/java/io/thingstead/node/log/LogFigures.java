package io.thingstead.node.log;

/// Counts of a running sequencer since its start.
///
/// @param queued frames that wait now
/// @param batches synced writes that held frames
public record LogFigures(
        long accepted, long duplicates, long declined, long busy, int queued, long batches, long checkpoints) {}
