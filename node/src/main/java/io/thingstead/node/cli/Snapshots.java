package io.thingstead.node.cli;

import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.StoreException;
import io.thingstead.node.storage.StoreException.Category;
import java.nio.file.Path;
import java.util.Map;

/// Has a snapshot of a data folder's store taken: by the node where it runs, else here.
final class Snapshots {
    private Snapshots() {}

    static Path take(Path data) {
        try (DataFolder _ = DataFolder.open(data);
                RocksStore store = RocksStore.open(data.resolve("store"), e -> {})) {
            return StoreSnapshot.take(data, store);
        } catch (StoreException e) {
            if (e.category() != Category.LOCKED) throw e;
            String name = RunningNode.in(data)
                    .post("/api/backup", Map.of())
                    .path("snapshot")
                    .asText();
            return StoreSnapshot.named(data, name);
        }
    }
}
