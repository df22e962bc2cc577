package io.thingstead.node.log;

/// A frame that just became durable.
public record AppendedLeaf(long index, Submission submission, byte[] salt) {}
