package io.thingstead.node.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// Makes a stopped node's data folder what version 1 wrote: the store with the columns of that time, and no word of a
/// version. Written against RocksDB itself, with nothing of the program.
public final class OlderFolder {
    /// What version 1 had. Never changes.
    static final List<String> COLUMNS = List.of(
            "default",
            "content",
            "tile",
            "number",
            "sequence",
            "stream",
            "evidence",
            "checkpoint",
            "state",
            "event",
            "event_index",
            "block",
            "mirror",
            "mirrored_content",
            "link",
            "token",
            "command",
            "meta");

    private OlderFolder() {}

    static List<String> columns(Path data) throws RocksDBException {
        try (var options = new Options()) {
            return RocksDB.listColumnFamilies(options, data.resolve("store").toString()).stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .toList();
        }
    }

    public static void make(Path data) throws Exception {
        Files.delete(data.resolve("version"));
        var descriptors = columns(data).stream()
                .map(name -> new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8)))
                .toList();
        var handles = new ArrayList<ColumnFamilyHandle>();
        try (var options = new DBOptions();
                var database = RocksDB.open(options, data.resolve("store").toString(), descriptors, handles)) {
            for (var handle : handles) {
                if (!COLUMNS.contains(new String(handle.getName(), StandardCharsets.UTF_8))) {
                    database.dropColumnFamily(handle);
                }
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
        assertThat(columns(data)).containsExactlyInAnyOrderElementsOf(COLUMNS);
    }
}
