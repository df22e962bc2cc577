package io.thingstead.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.storage.StoreException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path parent;

    @Test
    void a_new_folder_is_readable_by_its_owner_only() throws Exception {
        try (var folder = DataFolder.open(parent.resolve("a/b"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void a_folder_in_use_is_refused_and_its_holder_named() {
        try (var folder = DataFolder.open(parent.resolve("data"))) {
            assertThatThrownBy(() -> DataFolder.open(folder.path()))
                    .satisfies(e -> assertThat(((StoreException) e).category()).isEqualTo(Category.LOCKED))
                    .hasMessageContaining("in use by another process (process "
                            + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void a_released_folder_can_be_taken_again() {
        DataFolder.open(parent.resolve("data")).close();
        DataFolder.open(parent.resolve("data")).close();
    }
}
