package io.thingstead.node.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes that become durable together or not at all, in the order in which they were added.
/// Keys and values are not copied: who hands them over does not change them afterwards.
public final class Batch {
    private static final int ROW_BYTES = 12;

    private final List<Change> changes = new ArrayList<>();
    private long sizeBytes;

    /// One change; without a value the key is removed.
    record Change(Column column, byte[] key, byte @Nullable [] value) {}

    Batch() {}

    public Batch put(Column column, byte[] key, byte[] value) {
        changes.add(new Change(column, key, value));
        sizeBytes += key.length + value.length;
        return this;
    }

    public Batch delete(Column column, byte[] key) {
        changes.add(new Change(column, key, null));
        sizeBytes += key.length;
        return this;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    public int count() {
        return changes.size();
    }

    /// Bytes of all keys and values.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// About what the batch takes in the database's own form, for a buffer that need not grow.
    int rawBytes() {
        return (int) Math.min(Integer.MAX_VALUE, sizeBytes + (long) ROW_BYTES * changes.size());
    }

    List<Change> changes() {
        return changes;
    }
}
