package io.thingstead.node.simulation;

import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store in front of another one, which does all the work.
class StoreAround implements Store {
    private final Store store;

    StoreAround(Store store) {
        this.store = store;
    }

    @Override
    public void write(Batch batch) {
        store.write(batch);
    }

    @Override
    public byte @Nullable [] get(Column column, byte[] key) {
        return store.get(column, key);
    }

    @Override
    public List<byte @Nullable []> multiGet(Column column, List<byte[]> keys) {
        return store.multiGet(column, keys);
    }

    @Override
    public @Nullable Entry last(Column column, byte[] from, byte @Nullable [] to) {
        return store.last(column, from, to);
    }

    @Override
    public Scan scan(Column column, byte[] from, byte @Nullable [] to) {
        return store.scan(column, from, to);
    }

    @Override
    public boolean lowOnSpace() {
        return store.lowOnSpace();
    }

    @Override
    public void close() {
        store.close();
    }
}
