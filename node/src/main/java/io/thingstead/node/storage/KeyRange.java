package io.thingstead.node.storage;

import org.jspecify.annotations.Nullable;

/// Keys of a column, both ends included.
///
/// @param from null: from the first
/// @param to null: to the last
public record KeyRange(Column column, byte @Nullable [] from, byte @Nullable [] to) {
    public static KeyRange all(Column column) {
        return new KeyRange(column, null, null);
    }
}
