package io.thingstead.node.storage;

/// The fake that other tests use keeps the same promises as the real store.
class MemoryStoreTest extends StoreCompliance {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();

    @Override
    Store open() {
        return new MemoryStore(disk);
    }
}
