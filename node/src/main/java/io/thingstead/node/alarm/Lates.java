package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Of which devices readings came late, from when to when they were measured: spans that are looked at again once no
/// more come. Used under the lock of [Alarms].
final class Lates {
    /// How long none must have come: a device that sends what it buffered is then through.
    static final long QUIET_MS = 60_000;

    private final Map<DeviceId, Span> spans = new HashMap<>();
    private final Set<DeviceId> changed = new LinkedHashSet<>();

    /// @param upTo index of the newest leaf with a late reading
    /// @param receivedMs when the newest came
    record Span(long fromMs, long toMs, long upTo, long receivedMs) {
        Span with(long timeMs, long index, long received) {
            return new Span(
                    Math.min(fromMs, timeMs),
                    Math.max(toMs, timeMs),
                    Math.max(upTo, index),
                    Math.max(receivedMs, received));
        }
    }

    Lates(Store store) {
        try (var scan = store.scan(Column.ALARM, AlarmRows.firstLate(), AlarmRows.afterLate())) {
            while (scan.next()) spans.put(AlarmRows.deviceOfLate(scan.key()), AlarmRows.read(scan.value(), Span.class));
        }
    }

    void add(DeviceId device, long timeMs, long index, long receivedMs) {
        spans.merge(
                device,
                new Span(timeMs, timeMs, index, receivedMs),
                (known, _) -> known.with(timeMs, index, receivedMs));
        changed.add(device);
    }

    /// Those of which nothing more came for a while, and that the series have.
    List<Map.Entry<DeviceId, Span>> due(long nowMs, long seriesNext) {
        return spans.entrySet().stream()
                .filter(entry -> nowMs - entry.getValue().receivedMs >= QUIET_MS && entry.getValue().upTo < seriesNext)
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    boolean isStill(DeviceId device, Span span) {
        return span.equals(spans.get(device));
    }

    void remove(Batch batch, DeviceId device) {
        spans.remove(device);
        changed.remove(device);
        batch.delete(Column.ALARM, AlarmRows.late(device));
    }

    boolean hasChanged() {
        return !changed.isEmpty();
    }

    void put(Batch batch) {
        for (DeviceId device : changed) {
            Span span = Objects.requireNonNull(spans.get(device), "what changed is there");
            batch.put(Column.ALARM, AlarmRows.late(device), AlarmRows.json(span));
        }
        changed.clear();
    }

    int count() {
        return spans.size();
    }
}
