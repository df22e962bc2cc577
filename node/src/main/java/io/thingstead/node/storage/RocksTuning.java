package io.thingstead.node.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RateLimiter;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/// How RocksDB is set up: bounded memory, a bounded write-ahead log, background writing that leaves the disk to syncs.
/// Its threads keep their normal priority: one that waits for a core while it holds the database's lock holds up the
/// writer.
final class RocksTuning implements AutoCloseable {
    private static final long MIB = 1 << 20;
    private static final long CACHE_BYTES = 64 * MIB;
    /// All memory tables together. They are also what a restart after a crash reads again from the write-ahead log.
    private static final long MEMTABLES_BYTES = 48 * MIB;

    private static final long WAL_BYTES = 64 * MIB;
    private static final int OPEN_FILES = 256;
    /// Twice what flush and compaction write when signatures keep two cores busy.
    private static final long BACKGROUND_BYTES_PER_SECOND = 24 * MIB;

    private static final long PIECE_BYTES = MIB / 4;

    private final Cache cache = new LRUCache(CACHE_BYTES);
    private final List<ColumnFamilyOptions> families = new ArrayList<>();
    private final RateLimiter pace = new RateLimiter(BACKGROUND_BYTES_PER_SECOND);
    private final DBOptions database;

    RocksTuning(AbstractEventListener listener) {
        database = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setListeners(List.of(listener))
                // After a failed write nobody knows what is durable, so the store never heals itself: it stops.
                .setMaxBgErrorResumeCount(0)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(WAL_BYTES)
                .setDbWriteBufferSize(MEMTABLES_BYTES)
                // The sync of the write-ahead log ends with a flush of the disk, which waits for what other files
                // wrote to it meanwhile. A table of 13 MB written at full speed held it up for 150 ms, so tables go
                // to the disk slowly and in small pieces.
                .setRateLimiter(pace)
                .setBytesPerSync(PIECE_BYTES)
                .setStrictBytesPerSync(true)
                .setMaxBackgroundJobs(2)
                .setMaxSubcompactions(1)
                // One thread writes most of the time: concurrent insertion costs more than it brings.
                .setAllowConcurrentMemtableWrite(false)
                .setEnableWriteThreadAdaptiveYield(false)
                .setMaxOpenFiles(OPEN_FILES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(MIB)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    DBOptions database() {
        return database;
    }

    /// RocksDB wants its own "default" family first; nothing is kept there.
    List<ColumnFamilyDescriptor> descriptors() {
        var all = new ArrayList<ColumnFamilyDescriptor>();
        all.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options(Column.Profile.SMALL)));
        for (var column : Column.values()) {
            var name = column.family().getBytes(StandardCharsets.UTF_8);
            all.add(new ColumnFamilyDescriptor(name, options(column.profile())));
        }
        return all;
    }

    private ColumnFamilyOptions options(Column.Profile profile) {
        var options = switch (profile) {
            // Keys only grow, so tables never overlap and compaction moves them without reading: what is
            // compressed here is compressed once.
            case SEQUENTIAL ->
                family(32 * 1024, 16 * MIB)
                        .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                        .setCompressionOptions(new CompressionOptions().setLevel(1));
            case SCATTERED ->
                family(16 * 1024, 8 * MIB)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
            case SMALL -> family(8 * 1024, 4 * MIB).setCompressionType(CompressionType.LZ4_COMPRESSION);
        };
        families.add(options);
        return options;
    }

    private ColumnFamilyOptions family(long blockBytes, long memtableBytes) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(memtableBytes)
                .setMaxWriteBufferNumber(4)
                .setTargetFileSizeBase(32 * MIB)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(blockBytes)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true)
                        .setFormatVersion(6));
    }

    @Override
    public void close() {
        database.close();
        families.forEach(ColumnFamilyOptions::close);
        pace.close();
        cache.close();
    }
}
