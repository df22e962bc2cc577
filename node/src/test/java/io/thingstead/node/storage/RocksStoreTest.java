package io.thingstead.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.storage.StoreException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksStoreTest extends StoreCompliance {
    @TempDir
    private Path folder;

    @Override
    Store open() {
        return RocksStore.open(folder.resolve("store"), trouble -> {
            throw trouble;
        });
    }

    @Test
    void a_second_opening_of_the_same_folder_is_refused() {
        assertThatThrownBy(this::open)
                .satisfies(e -> assertThat(((StoreException) e).category()).isEqualTo(Category.LOCKED))
                .hasMessageContaining(folder.resolve("store").toString());
    }

    @Test
    void a_clean_close_leaves_nothing_to_replay() throws Exception {
        var other = folder.resolve("other");
        try (var store = RocksStore.open(other, trouble -> {})) {
            store.write(store.newBatch().put(Column.CONTENT, new byte[4], new byte[1000]));
        }
        try (var files = Files.list(other)) {
            var logged = files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            assertThat(logged).isZero();
        }
    }

    @Test
    void a_store_of_a_newer_version_is_refused() throws RocksDBException {
        var newer = folder.resolve("newer");
        RocksStore.open(newer, trouble -> {}).close();
        addColumn(newer, "invented-later");

        assertThatThrownBy(() -> RocksStore.open(newer, trouble -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("invented-later");
    }

    private static void addColumn(Path folder, String name) throws RocksDBException {
        try (var options = new Options()) {
            var known = RocksDB.listColumnFamilies(options, folder.toString()).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            var handles = new java.util.ArrayList<org.rocksdb.ColumnFamilyHandle>();
            try (var database = RocksDB.open(folder.toString(), known, handles)) {
                database.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes()))
                        .close();
                handles.forEach(org.rocksdb.ColumnFamilyHandle::close);
            }
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_an_environment_error() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "in the way");

        assertThatThrownBy(() -> RocksStore.open(file.resolve("store"), trouble -> {}))
                .satisfies(e -> assertThat(((StoreException) e).category()).isEqualTo(Category.IO));
    }

    @Test
    void every_column_survives_in_its_own_family() {
        try (var store = RocksStore.open(folder.resolve("all"), trouble -> {})) {
            for (var column : Column.values())
                store.write(store.newBatch()
                        .put(column, new byte[] {1}, column.family().getBytes()));
        }
        try (var store = RocksStore.open(folder.resolve("all"), trouble -> {})) {
            for (var column : List.of(Column.values()))
                assertThat(store.get(column, new byte[] {1})).asString().isEqualTo(column.family());
        }
    }
}
