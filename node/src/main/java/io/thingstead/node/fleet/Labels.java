package io.thingstead.node.fleet;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What people call the member's devices. The member alone keeps it: the ledger is for ever and holds no words of
/// people.
public final class Labels {
    public static final int MAX_LENGTH = 80;

    private final Store store;
    private final ConcurrentHashMap<DeviceId, String> labels = new ConcurrentHashMap<>();

    private Labels(Store store) {
        this.store = store;
    }

    public static Labels open(Store store) {
        var opened = new Labels(store);
        try (var scan = store.scan(Column.LABEL, new byte[0], null)) {
            while (scan.next())
                opened.labels.put(
                        DeviceId.of(new String(scan.key(), StandardCharsets.UTF_8)),
                        new String(scan.value(), StandardCharsets.UTF_8));
        }
        return opened;
    }

    /// Whether it may be a label: a line of at most 80 characters that shows something.
    public static boolean isWellFormed(String text) {
        return !text.isBlank()
                && text.length() <= MAX_LENGTH
                && text.codePoints().noneMatch(Labels::isInvisible)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /// Ends of lines, and signs that turn the direction of what stands beside them.
    private static boolean isInvisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    public Optional<String> of(DeviceId device) {
        return Optional.ofNullable(labels.get(device));
    }

    public void put(DeviceId device, String label) {
        store.write(store.newBatch().put(Column.LABEL, key(device), label.getBytes(StandardCharsets.UTF_8)));
        // Crash point: the device has the label, and whoever gave it was not told.
        labels.put(device, label);
    }

    public void remove(DeviceId device) {
        store.write(store.newBatch().delete(Column.LABEL, key(device)));
        labels.remove(device);
    }

    private static byte[] key(DeviceId device) {
        return device.value().getBytes(StandardCharsets.UTF_8);
    }
}
