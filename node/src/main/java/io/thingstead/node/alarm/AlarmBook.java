package io.thingstead.node.alarm;

import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// All alarms, durable: those that are raised also in memory, the others in the store, the newest 100,000. Changed
/// under
/// the lock of [Alarms] with its batches; read by any thread.
final class AlarmBook {
    static final long MOST_KEPT = 100_000;
    /// Alarms looked at for one page, where few of them are asked for.
    private static final int MOST_LOOKED_AT = 5_000;
    private static final int MOST_OF_ONE = 200;
    private static final byte[] NOTHING = {};

    private final Store store;
    private final ConcurrentSkipListMap<Long, Alarm> raised = new ConcurrentSkipListMap<>();
    private long next;

    /// Which alarms are asked for; what is absent is not asked.
    record Wanted(
            @Nullable String state,
            @Nullable String device,
            @Nullable String rule) {
        boolean has(Alarm alarm) {
            return (state == null || state.equals(Alarms.OPEN) || state.equals(alarm.state()))
                    && (device == null || device.equals(alarm.device()))
                    && (rule == null || rule.equals(alarm.rule()));
        }
    }

    AlarmBook(Store store) {
        this.store = store;
        try (var scan = store.scan(Column.ALARM, AlarmRows.firstRaised(), AlarmRows.afterRaised())) {
            while (scan.next()) {
                long number = AlarmRows.numberOfAlarm(scan.key());
                find(number).ifPresent(alarm -> raised.put(number, alarm));
            }
        }
        var last = store.last(Column.ALARM, AlarmRows.firstAlarm(), AlarmRows.afterAlarms());
        next = last == null ? 1 : AlarmRows.numberOfAlarm(last.key()) + 1;
    }

    /// Newest first.
    List<Alarm> raised() {
        return List.copyOf(raised.descendingMap().values());
    }

    int raisedCount() {
        return raised.size();
    }

    Optional<Alarm> find(long number) {
        Alarm known = raised.get(number);
        if (known != null) return Optional.of(known);
        byte[] row = store.get(Column.ALARM, AlarmRows.alarm(number));
        return row == null ? Optional.empty() : Optional.of(AlarmRows.read(row, Alarm.class));
    }

    /// Those with a number below `before`, newest first. What is raised is found however old it is.
    AlarmPage list(Wanted wanted, long before, int limit) {
        if (!"cleared".equals(wanted.state) && wanted.state != null) {
            List<Alarm> found = raised.headMap(before, false).descendingMap().values().stream()
                    .filter(wanted::has)
                    .limit(limit)
                    .toList();
            return new AlarmPage(
                    found, found.size() < limit ? null : found.getLast().number());
        }
        List<Alarm> found = new ArrayList<>();
        long at = before;
        for (int looked = 0; looked < MOST_LOOKED_AT && found.size() < limit; looked++) {
            var entry = store.last(Column.ALARM, AlarmRows.firstAlarm(), AlarmRows.alarm(at));
            if (entry == null) return new AlarmPage(found, null);
            at = AlarmRows.numberOfAlarm(entry.key());
            Alarm alarm = AlarmRows.read(entry.value(), Alarm.class);
            if (wanted.has(alarm)) found.add(alarm);
        }
        return new AlarmPage(found, at);
    }

    /// The newest alarms of one rule and device.
    List<Alarm> of(String rule, String device) {
        return list(new Wanted(null, device, rule), Long.MAX_VALUE, MOST_OF_ONE).alarms();
    }

    long nextNumber() {
        return next++;
    }

    /// Puts the alarm into the batch; [#kept] follows when the batch is durable.
    void put(Batch batch, Alarm alarm) {
        batch.put(Column.ALARM, AlarmRows.alarm(alarm.number()), AlarmRows.json(alarm));
        if (alarm.isRaised()) batch.put(Column.ALARM, AlarmRows.raised(alarm.number()), NOTHING);
        else batch.delete(Column.ALARM, AlarmRows.raised(alarm.number()));
        long old = alarm.number() - MOST_KEPT;
        if (old > 0 && !raised.containsKey(old)) batch.delete(Column.ALARM, AlarmRows.alarm(old));
    }

    void kept(Alarm alarm) {
        if (alarm.isRaised()) raised.put(alarm.number(), alarm);
        else raised.remove(alarm.number());
    }
}
