package io.thingstead.node.storage;

/// A key and its value, as they stand in a column.
public record Entry(byte[] key, byte[] value) {}
