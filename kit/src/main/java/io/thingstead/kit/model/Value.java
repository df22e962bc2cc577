package io.thingstead.kit.model;

import java.util.Arrays;

/// What a reading says: a number, a text, a flag, or bytes.
public sealed interface Value {
    record Number(double value) implements Value {}

    record Text(String value) implements Value {}

    record Flag(boolean value) implements Value {}

    record Data(byte[] value) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Data(byte[] that) && Arrays.equals(value, that);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }
}
