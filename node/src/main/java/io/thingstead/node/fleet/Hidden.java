package io.thingstead.node.fleet;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// Devices of the member that stand in no list of its any more. The ledger knows them for ever.
public final class Hidden {
    private static final byte[] KEY = "hidden-devices".getBytes(StandardCharsets.UTF_8);
    private static final int MOST = 10_000;

    private final Store store;
    private volatile Set<DeviceId> devices;

    private Hidden(Store store, Set<DeviceId> devices) {
        this.store = store;
        this.devices = devices;
    }

    public static Hidden open(Store store) {
        byte[] value = store.get(Column.META, KEY);
        return new Hidden(store, value == null ? Set.of() : decode(value));
    }

    private static Set<DeviceId> decode(byte[] value) {
        var in = CborReader.strict(value);
        var read = new TreeSet<DeviceId>();
        for (int left = in.readArray(MOST); left > 0; left--) read.add(DeviceId.of(in.readText(100)));
        in.expectEnd();
        return Set.copyOf(read);
    }

    public boolean has(DeviceId device) {
        return devices.contains(device);
    }

    public int count() {
        return devices.size();
    }

    public synchronized void add(Collection<DeviceId> more) {
        var all = new TreeSet<>(devices);
        all.addAll(more);
        if (all.size() > MOST) throw new IllegalArgumentException("at most " + MOST + " devices are hidden");
        var out = new CborWriter().array(all.size());
        all.forEach(device -> out.text(device.value()));
        store.write(store.newBatch().put(Column.META, KEY, out.toBytes()));
        // Crash point: they are hidden, and whoever hid them was not told.
        devices = Set.copyOf(all);
    }
}
