package io.thingstead.node.log;

/// Consecutive sequence numbers, both ends included.
public record NumberRange(long first, long last) {}
