package io.thingstead.node.storage;

import io.thingstead.node.storage.StoreException.Category;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A store whose k-th write fails, in one of the two ways in which a crash may fall into a write. Like a real one it
/// refuses every write after that; what is on the disk below is found by the next store on it.
public final class FaultyStore implements Store {
    private final Store store;
    private final Fault fault;
    private final BooleanSupplier fails;
    private boolean failed;
    private int writes;

    /// Where the crash falls.
    public enum Fault {
        /// nothing of the batch is on disk
        BEFORE_IT_IS_PERSISTED,
        /// all of the batch is on disk, but the writer does not learn of it
        BEFORE_IT_IS_ACKNOWLEDGED
    }

    /// @param failing the number of the write that fails, from 1
    public FaultyStore(Store store, Fault fault, int failing) {
        this(store, fault, new BooleanSupplier() {
            private int left = failing;

            @Override
            public boolean getAsBoolean() {
                return --left == 0;
            }
        });
    }

    /// @param fails asked once for each write, on the thread that writes, until it says yes
    public FaultyStore(Store store, Fault fault, BooleanSupplier fails) {
        this.store = store;
        this.fault = fault;
        this.fails = fails;
    }

    public synchronized boolean hasFailed() {
        return failed;
    }

    @Override
    public synchronized void write(Batch batch) {
        if (hasFailed()) throw new StoreException(Category.UNUSABLE, "an earlier write failed");
        writes++;
        failed = fails.getAsBoolean();
        if (!failed) {
            store.write(batch);
            return;
        }
        switch (fault) {
            case BEFORE_IT_IS_PERSISTED -> {}
            case BEFORE_IT_IS_ACKNOWLEDGED -> store.write(batch);
        }
        throw new StoreException(Category.IO, "write %d failed on purpose: %s".formatted(writes, fault));
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
