package io.thingstead.node.retention;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The rules as they stand in the store, and how far each log was looked through for each of them.
final class Rules {
    private static final byte RULE = 1;
    private static final byte CURSOR = 4;

    private final Store store;

    Rules(Store store) {
        this.store = store;
    }

    /// By device, the one of all others first.
    Map<Optional<DeviceId>, Rule> all() {
        Map<Optional<DeviceId>, Rule> rules = new LinkedHashMap<>();
        try (var scan = store.scan(Column.RETENTION, new byte[] {RULE}, new byte[] {RULE + 1})) {
            while (scan.next()) {
                byte[] key = scan.key();
                String name = new String(key, 1, key.length - 1, StandardCharsets.US_ASCII);
                Optional<DeviceId> device = name.isEmpty() ? Optional.empty() : Optional.of(DeviceId.of(name));
                rules.put(
                        device, new Rule(device, CborReader.strict(scan.value()).readUint(Rule.MOST_DAYS)));
            }
        }
        return rules;
    }

    /// Makes the rule, or changes it: from the beginning of each log on.
    void set(Rule rule) {
        Batch batch = store.newBatch();
        forget(rule.device(), batch);
        batch.put(
                Column.RETENTION,
                key(RULE, rule.device()),
                new CborWriter(4).integer(rule.days()).toBytes());
        store.write(batch);
    }

    /// Whether there was one.
    boolean remove(Optional<DeviceId> device) {
        byte[] key = key(RULE, device);
        if (store.get(Column.RETENTION, key) == null) return false;
        Batch batch = store.newBatch();
        forget(device, batch);
        // Those that had the rule of all others by exception, or the other way round, were looked at under another one.
        forget(Optional.empty(), batch);
        store.write(batch.delete(Column.RETENTION, key));
        return true;
    }

    private void forget(Optional<DeviceId> device, Batch batch) {
        byte[] from = cursor(device, 0);
        try (var scan = store.scan(Column.RETENTION, from, cursor(device, 0xFFFF_FFFFL))) {
            while (scan.next()) batch.delete(Column.RETENTION, scan.key());
        }
    }

    /// The first leaf that was not looked at for this rule.
    long cursor(Rule rule, LogId log) {
        byte[] row = store.get(Column.RETENTION, cursor(rule.device(), log.number()));
        return row == null ? 0 : ByteBuffer.wrap(row).getLong();
    }

    static void moved(Rule rule, LogId log, long next, Batch batch) {
        batch.put(
                Column.RETENTION,
                cursor(rule.device(), log.number()),
                ByteBuffer.allocate(8).putLong(next).array());
    }

    private static byte[] key(byte kind, Optional<DeviceId> device) {
        byte[] name = device.map(DeviceId::value).orElse("").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + name.length).put(kind).put(name).array();
    }

    private static byte[] cursor(Optional<DeviceId> device, long log) {
        byte[] name = device.map(DeviceId::value).orElse("").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(6 + name.length)
                .put(CURSOR)
                .put(name)
                .put((byte) 0)
                .putInt((int) log)
                .array();
    }
}
