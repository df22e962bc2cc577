package io.thingstead.node.storage;

import io.thingstead.node.storage.StoreException.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A store in memory that keeps the promises of a real one, "durable" meaning that its [Disk] has it: another store
/// on the same disk finds everything that was written.
public final class MemoryStore implements Store {
    private final Disk disk;
    private volatile boolean closed;

    /// What survives the process.
    public static final class Disk {
        private final Map<Column, TreeMap<byte[], byte[]>> columns = new EnumMap<>(Column.class);

        public Disk() {
            for (var column : Column.values()) columns.put(column, new TreeMap<>(Arrays::compareUnsigned));
        }

        /// Another disk with the same on it.
        public Disk copy() {
            var copy = new Disk();
            synchronized (this) {
                columns.forEach((column, entries) -> copy.columns.get(column).putAll(entries));
            }
            return copy;
        }
    }

    public MemoryStore() {
        this(new Disk());
    }

    public MemoryStore(Disk disk) {
        this.disk = disk;
    }

    @Override
    public byte @Nullable [] get(Column column, byte[] key) {
        synchronized (disk) {
            var value = open(column).get(key);
            return value == null ? null : value.clone();
        }
    }

    @Override
    public List<byte @Nullable []> multiGet(Column column, List<byte[]> keys) {
        synchronized (disk) {
            var values = new ArrayList<byte[]>();
            for (var key : keys) values.add(get(column, key));
            return values;
        }
    }

    @Override
    public @Nullable Entry last(Column column, byte[] from, byte @Nullable [] to) {
        synchronized (disk) {
            var range = range(column, from, to);
            return range.isEmpty()
                    ? null
                    : new Entry(
                            range.lastKey().clone(), range.get(range.lastKey()).clone());
        }
    }

    @Override
    public Scan scan(Column column, byte[] from, byte @Nullable [] to) {
        synchronized (disk) {
            return new MemoryScan(
                    new TreeMap<>(range(column, from, to)).entrySet().iterator());
        }
    }

    @Override
    public void write(Batch batch) {
        synchronized (disk) {
            for (var change : batch.changes()) {
                var column = open(change.column());
                var value = change.value();
                if (value == null) column.remove(change.key());
                else column.put(change.key().clone(), value.clone());
            }
        }
    }

    @Override
    public boolean lowOnSpace() {
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }

    private SortedMap<byte[], byte[]> range(Column column, byte[] from, byte @Nullable [] to) {
        var all = open(column);
        if (to == null) return all.tailMap(from);
        return Arrays.compareUnsigned(from, to) < 0 ? all.subMap(from, to) : new TreeMap<>();
    }

    private TreeMap<byte[], byte[]> open(Column column) {
        if (closed) throw new StoreException(Category.CLOSED, "the store is closed");
        return disk.columns.get(column);
    }

    private final class MemoryScan implements Scan {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.@Nullable Entry<byte[], byte[]> at;

        MemoryScan(Iterator<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            if (closed) throw new StoreException(Category.CLOSED, "the store is closed");
            at = entries.hasNext() ? entries.next() : null;
            return at != null;
        }

        @Override
        public byte[] key() {
            if (at == null) throw new IllegalStateException("the scan stands at no entry");
            return at.getKey();
        }

        @Override
        public byte[] value() {
            if (at == null) throw new IllegalStateException("the scan stands at no entry");
            return at.getValue();
        }

        @Override
        public void close() {}
    }
}
