package io.thingstead.node.view.series;

/// Numbers of one quantity in a stretch of time.
///
/// @param timeMs mean time of the readings: of a single one, its own
public record Bucket(long timeMs, double min, double max, double mean, long count) {}
