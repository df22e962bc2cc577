package io.thingstead.node.log;

/// Two frames with one number, both correctly signed by one key.
///
/// @param first the frame in the log
/// @param second the one that was refused
/// @param receivedMs when the second one came
public record DoubleSigning(long n, byte[] first, long receivedMs, byte[] second) {}
