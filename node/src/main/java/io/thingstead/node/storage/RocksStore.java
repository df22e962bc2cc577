package io.thingstead.node.storage;

import io.thingstead.node.storage.StoreException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The store on RocksDB: one database, a column family for each column, synced write batches.
/// A write or a sync that fails makes it unusable for good and is reported once to the failure callback: the process
/// must stop, because only a restart tells what is durable.
public final class RocksStore implements Store {
    /// Below this nothing new is accepted: what is under way can still be written, and compaction has room to work.
    /// Below this room nothing more is taken.
    public static final long RESERVE_BYTES = 256L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Consumer<StoreException> onFailure;
    private final AtomicReference<@Nullable StoreException> failure = new AtomicReference<>();
    private final AbstractEventListener listener = new BackgroundErrors();
    private final RocksTuning tuning = new RocksTuning(listener);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final Map<Column, ColumnFamilyHandle> families = new EnumMap<>(Column.class);
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final RocksDB database;
    private final Set<RocksScan> scans = ConcurrentHashMap.newKeySet();
    /// Shared by everything that uses the database, exclusive for closing it: native memory must not be freed under a
    /// reader.
    private final ReentrantReadWriteLock guard = new ReentrantReadWriteLock();

    private final WriteFigures writes = new WriteFigures();
    private volatile boolean closed;

    private RocksStore(Path folder, Consumer<StoreException> onFailure) throws RocksDBException {
        this.folder = folder;
        this.onFailure = onFailure;
        database = RocksDB.open(tuning.database(), folder.toString(), tuning.descriptors(), handles);
        var opened = handles.iterator();
        opened.next(); // "default"
        for (var column : Column.values()) families.put(column, opened.next());
    }

    /// Opens the store in a folder, or makes an empty one there. `onFailure` is told once when a write failed.
    public static RocksStore open(Path folder, Consumer<StoreException> onFailure) {
        try {
            Files.createDirectories(folder);
            refuseUnknownColumns(folder);
            return new RocksStore(folder, onFailure);
        } catch (RocksDBException e) {
            throw described(e, "cannot open the store in " + folder);
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot create the store's folder %s: %s".formatted(folder, e), e);
        }
    }

    private static void refuseUnknownColumns(Path folder) throws RocksDBException {
        if (!Files.exists(folder.resolve("CURRENT"))) return;
        var known = new ArrayList<String>(List.of("default"));
        for (var column : Column.values()) known.add(column.family());
        try (var options = new Options()) {
            for (var name : RocksDB.listColumnFamilies(options, folder.toString())) {
                var family = new String(name, StandardCharsets.UTF_8);
                if (!known.contains(family))
                    throw new StoreException(
                            Category.NEWER,
                            "the store in %s has a column \"%s\" that this version does not know: it was written by a newer one"
                                    .formatted(folder, family));
            }
        }
    }

    @Override
    public byte @Nullable [] get(Column column, byte[] key) {
        return guarded(() -> database.get(family(column), key));
    }

    @Override
    public List<byte @Nullable []> multiGet(Column column, List<byte[]> keys) {
        if (keys.isEmpty()) return List.of();
        var found = Objects.requireNonNull(
                guarded(() -> database.multiGetAsList(Collections.nCopies(keys.size(), family(column)), keys)));
        // RocksDB's list has nulls that its type does not tell of.
        return new ArrayList<byte @Nullable []>(found);
    }

    @Override
    public @Nullable Entry last(Column column, byte[] from, byte @Nullable [] to) {
        return guarded(() -> {
            try (var iterator = database.newIterator(family(column))) {
                if (to == null) iterator.seekToLast();
                else {
                    iterator.seekForPrev(to);
                    if (iterator.isValid() && Arrays.equals(iterator.key(), to)) iterator.prev();
                }
                iterator.status();
                if (!iterator.isValid() || Arrays.compareUnsigned(iterator.key(), from) < 0) return null;
                return new Entry(iterator.key(), iterator.value());
            }
        });
    }

    @Override
    public Scan scan(Column column, byte[] from, byte @Nullable [] to) {
        return Objects.requireNonNull(guarded(() -> {
            var scan = new RocksScan(this, database.newIterator(family(column)), from, to);
            scans.add(scan);
            return scan;
        }));
    }

    @Override
    public void write(Batch batch) {
        refuseAfterFailure();
        guard.readLock().lock();
        long ticket = writes.begin();
        try (var changes = new WriteBatch(batch.rawBytes())) {
            refuseWhenClosed();
            for (var change : batch.changes()) {
                var value = change.value();
                if (value == null) changes.delete(family(change.column()), change.key());
                else changes.put(family(change.column()), change.key(), value);
            }
            database.write(synced, changes);
        } catch (RocksDBException e) {
            throw fail(described(e, "cannot write to the store in " + folder));
        } finally {
            writes.end(ticket);
            guard.readLock().unlock();
        }
        // A background error while this batch was written leaves it in doubt.
        refuseAfterFailure();
    }

    /// How the synced writes go.
    public WriteFigures writes() {
        return writes;
    }

    /// Bytes of all tables: those on disk, old ones that readers still hold too, and those that are still written to.
    public long sizeBytes() {
        return Objects.requireNonNull(guarded(() -> database.getAggregatedLongProperty("rocksdb.total-sst-files-size")
                + database.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables")));
    }

    @Override
    public boolean lowOnSpace() {
        return freeBytes() < RESERVE_BYTES;
    }

    /// Room left on the disk.
    public long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot ask for the free space of " + folder, e);
        }
    }

    /// Makes a copy of the store as it stands, consistent over all columns, out of links to its tables: it costs
    /// little,
    /// and readers and writers go on. The folder must not be there yet, and on the same disk.
    public void snapshot(Path to) {
        guarded(() -> {
            try (var checkpoint = Checkpoint.create(database)) {
                checkpoint.createCheckpoint(to.toString());
            }
            return null;
        });
    }

    /// Takes what was deleted or written over off the disk: what is only in memory and in the write-ahead log goes
    /// to tables, of all columns, since they share that log; then the tables of these keys are written anew.
    /// Readers that still look at old tables, and copies made of links to them, keep them while they are there.
    public void purge(List<KeyRange> keys) {
        guarded(() -> {
            flush();
            try (var options = new CompactRangeOptions()
                    .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)
                    .setExclusiveManualCompaction(false)) {
                for (var range : keys) database.compactRange(family(range.column()), range.from(), range.to(), options);
            }
            return null;
        });
    }

    /// Grows with each change and with nothing else.
    public long sequence() {
        return Objects.requireNonNull(guarded(database::getLatestSequenceNumber));
    }

    /// Takes whole columns with all their rows out of a store that nobody has open, for a program that does not know
    /// them.
    public static void dropColumns(Path folder, Set<Column> columns) {
        try (var store = open(folder, e -> {})) {
            for (var column : columns)
                store.guarded(() -> {
                    try (var family = Objects.requireNonNull(store.families.remove(column))) {
                        store.database.dropColumnFamily(family);
                        store.handles.remove(family);
                    }
                    return null;
                });
        }
    }

    /// Reads all tables and checks each block's checksum.
    public void verify() {
        guarded(() -> {
            database.verifyChecksum();
            return null;
        });
    }

    /// Writes what is only in memory and in the write-ahead log to tables, so that the next start has nothing to
    /// replay.
    private void flush() throws RocksDBException {
        try (var options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options, handles);
        }
    }

    @Override
    public void close() {
        guard.writeLock().lock();
        try {
            if (closed) return;
            closed = true;
            scans.forEach(RocksScan::release);
            scans.clear();
            if (failure.get() == null) flush();
        } catch (RocksDBException e) {
            // Nothing is lost: what was acknowledged stands in the write-ahead log.
            fail(described(e, "cannot flush the store in " + folder));
        } finally {
            handles.forEach(ColumnFamilyHandle::close);
            handles.clear();
            database.close();
            synced.close();
            tuning.close();
            listener.close();
            guard.writeLock().unlock();
        }
    }

    void closeScan(RocksScan scan) {
        guard.readLock().lock();
        try {
            if (scans.remove(scan)) scan.release();
        } finally {
            guard.readLock().unlock();
        }
    }

    /// A use of the database that may find nothing.
    interface Use<T> {
        @Nullable
        T of() throws RocksDBException;
    }

    <T> @Nullable T guarded(Use<T> use) {
        guard.readLock().lock();
        try {
            refuseWhenClosed();
            return use.of();
        } catch (RocksDBException e) {
            throw described(e, "cannot read from the store in " + folder);
        } finally {
            guard.readLock().unlock();
        }
    }

    private ColumnFamilyHandle family(Column column) {
        return Objects.requireNonNull(families.get(column));
    }

    private void refuseWhenClosed() {
        if (closed) throw new StoreException(Category.CLOSED, "the store in %s is closed".formatted(folder));
    }

    private void refuseAfterFailure() {
        var earlier = failure.get();
        if (earlier != null)
            throw new StoreException(Category.UNUSABLE, "an earlier write failed: " + earlier.getMessage(), earlier);
    }

    private StoreException fail(StoreException trouble) {
        if (failure.compareAndSet(null, trouble)) onFailure.accept(trouble);
        return trouble;
    }

    private static StoreException described(RocksDBException e, String what) {
        return new StoreException(category(e.getStatus(), e.getMessage()), what + ": " + e.getMessage(), e);
    }

    private static Category category(@Nullable Status status, @Nullable String message) {
        if (status == null) return Category.IO;
        if (status.getSubCode() == Status.SubCode.NoSpace) return Category.NO_SPACE;
        if (status.getCode() == Status.Code.Corruption) return Category.CORRUPT;
        return message != null && message.contains("lock") ? Category.LOCKED : Category.IO;
    }

    /// Flush, compaction and sync run on RocksDB's own threads; their errors arrive here.
    private final class BackgroundErrors extends AbstractEventListener {
        BackgroundErrors() {
            super(EnabledEventCallback.ON_BACKGROUND_ERROR);
        }

        @Override
        public void onBackgroundError(BackgroundErrorReason reason, Status status) {
            var text = "%s failed in the store in %s: %s".formatted(reason, folder, status.getCodeString());
            fail(new StoreException(category(status, null), text));
        }
    }
}
