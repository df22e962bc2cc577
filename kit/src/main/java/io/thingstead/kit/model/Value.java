package io.thingstead.kit.model;

/// What a reading says: a number, a text, a flag, or bytes.
public sealed interface Value {
    record Number(double value) implements Value {}

    record Text(String value) implements Value {}

    record Flag(boolean value) implements Value {}

    record Data(byte[] value) implements Value {}
}
