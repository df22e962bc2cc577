package io.thingstead.node.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one durable store of a node: keys and values in columns, changed by atomic batches.
///
/// Promise: when `write` returns, the whole batch survives a crash of the process and of the machine; when it throws,
/// all of it or nothing of it may be found after a restart, and until then every further write is refused. Readers see
/// a batch whole or not at all. Any thread may call any method; batches of several threads are ordered by the store.
///
/// Every method throws [StoreException] on environment trouble.
public interface Store extends AutoCloseable {
    byte @Nullable [] get(Column column, byte[] key);

    /// The values of many keys, in the order of the keys, null where there is none.
    List<byte @Nullable []> multiGet(Column column, List<byte[]> keys);

    /// The entry with the highest key in `[from, to)`; `to` null: to the end of the column.
    @Nullable
    Entry last(Column column, byte[] from, byte @Nullable [] to);

    /// The entries with keys in `[from, to)`, upwards; `to` null: to the end of the column.
    Scan scan(Column column, byte[] from, byte @Nullable [] to);

    default Batch newBatch() {
        return new Batch();
    }

    /// Makes the batch durable. Synced when it returns.
    void write(Batch batch);

    /// Whether the disk has so little room left that nothing new should be accepted.
    boolean lowOnSpace();

    @Override
    void close();
}
