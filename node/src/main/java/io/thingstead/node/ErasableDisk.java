package io.thingstead.node;

import io.thingstead.node.retention.Retention;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.upgrade.Upgrade;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a node's own disk has bytes of what is erased: the store's tables, and the copy from before an upgrade.
record ErasableDisk(Path folder, RocksStore store) implements Retention.Disk {
    private static final Logger LOG = LoggerFactory.getLogger(ErasableDisk.class);

    /// The retention of a node that has its disk for itself.
    static Retention retention(Path folder, MemberCore core, Views views, LongSupplier clockMs) {
        return new Retention(
                core.store(),
                new ErasableDisk(folder, core.rocks()),
                core.logs(),
                core.ledger(),
                views,
                clockMs,
                e -> LOG.warn("contents could not be erased, which is tried again: {}", e.toString()));
    }

    @Override
    public void purge(List<KeyRange> keys) {
        store.purge(keys);
    }

    @Override
    public void dropCopies() {
        Upgrade.forget(folder);
    }
}
