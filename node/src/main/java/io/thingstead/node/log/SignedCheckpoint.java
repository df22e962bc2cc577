package io.thingstead.node.log;

/// A log head with the log key's signature.
///
/// @param note the C2SP signed note, as served
public record SignedCheckpoint(long size, byte[] root, String note) {}
