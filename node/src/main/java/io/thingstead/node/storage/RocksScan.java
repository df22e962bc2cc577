package io.thingstead.node.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// A scan over a RocksDB column. Every step takes the store's guard, so that closing the store ends it safely.
final class RocksScan implements Scan {
    private final RocksStore store;
    private final RocksIterator iterator;
    private final byte @Nullable [] to;
    private final byte[] from;
    private boolean started;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    RocksScan(RocksStore store, RocksIterator iterator, byte[] from, byte @Nullable [] to) {
        this.store = store;
        this.iterator = iterator;
        this.from = from;
        this.to = to;
    }

    @Override
    public boolean next() {
        return Boolean.TRUE.equals(store.guarded(this::step));
    }

    private boolean step() throws RocksDBException {
        if (started) iterator.next();
        else iterator.seek(from);
        started = true;
        if (!iterator.isValid()) {
            iterator.status();
            return end();
        }
        var found = iterator.key();
        if (to != null && Arrays.compareUnsigned(found, to) >= 0) return end();
        key = found;
        value = iterator.value();
        return true;
    }

    private boolean end() {
        key = null;
        value = null;
        return false;
    }

    @Override
    public byte[] key() {
        return present(key);
    }

    @Override
    public byte[] value() {
        return present(value);
    }

    private static byte[] present(byte @Nullable [] bytes) {
        if (bytes == null) throw new IllegalStateException("the scan stands at no entry");
        return bytes;
    }

    @Override
    public void close() {
        store.closeScan(this);
    }

    /// Called by the store under its guard.
    void release() {
        iterator.close();
    }
}
