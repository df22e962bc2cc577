package io.thingstead.node.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.alarm.AlarmListener;
import io.thingstead.node.alarm.Channels;
import io.thingstead.node.alarm.Rule;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// What waits to be told, durable: put into the very batch that makes an alarm durable, and removed once the other side
/// has taken it. So each is told at least once, whatever crashes when; an alarm waits once in each channel for being
/// raised, and once for being over.
final class Outbox implements AlarmListener {
    /// What a channel lets wait at the most; then the oldest goes untold.
    static final int MOST_WAITING = 2_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Store store;
    private final Channels channels;
    private final LongSupplier clockMs;
    private final Map<String, TreeMap<Key, Notification>> waiting = new TreeMap<>();
    private final List<Added> added = new ArrayList<>();
    private final Runnable wake;
    private long givenUp;

    private record Key(long alarm, byte kind) implements Comparable<Key> {
        static Key of(Notification notification) {
            return new Key(notification.alarm().number(), notification.kind().code());
        }

        @Override
        public int compareTo(Key other) {
            return alarm == other.alarm ? Byte.compare(kind, other.kind) : Long.compare(alarm, other.alarm);
        }
    }

    private record Added(String channel, Notification notification) {}

    /// @param wake told when something new waits
    Outbox(Store store, Channels channels, LongSupplier clockMs, Runnable wake) {
        this.store = store;
        this.channels = channels;
        this.clockMs = clockMs;
        this.wake = wake;
        try (var scan = store.scan(Column.NOTIFICATION, new byte[0], null)) {
            while (scan.next()) {
                String text = new String(scan.key(), StandardCharsets.US_ASCII);
                put(text.substring(0, text.indexOf(0)), read(scan.value()));
            }
        }
    }

    private void put(String channel, Notification notification) {
        waiting.computeIfAbsent(channel, _ -> new TreeMap<>()).put(Key.of(notification), notification);
    }

    @Override
    public synchronized void raised(Batch batch, Rule rule, Alarm alarm) {
        add(batch, rule, new Notification(Notification.Kind.RAISED, alarm, clockMs.getAsLong()));
    }

    @Override
    public synchronized void cleared(Batch batch, Rule rule, Alarm alarm) {
        add(batch, rule, new Notification(Notification.Kind.CLEARED, alarm, clockMs.getAsLong()));
    }

    private void add(Batch batch, Rule rule, Notification notification) {
        for (String name : rule.notifies()) {
            var channel = channels.find(name);
            boolean isMeant = channel.isPresent()
                    && (notification.kind() != Notification.Kind.CLEARED
                            || channel.get().terms().tellsCleared());
            if (!isMeant) continue;
            batch.put(Column.NOTIFICATION, row(name, Key.of(notification)), json(notification));
            added.add(new Added(name, notification));
        }
    }

    @Override
    public synchronized void kept() {
        for (Added each : added) put(each.channel, each.notification);
        if (!added.isEmpty()) wake.run();
        added.clear();
    }

    /// The oldest that wait in a channel.
    synchronized List<Notification> next(String channel, int limit) {
        return waiting.getOrDefault(channel, new TreeMap<>()).values().stream()
                .limit(limit)
                .toList();
    }

    synchronized int waiting(String channel) {
        return waiting.getOrDefault(channel, new TreeMap<>()).size();
    }

    synchronized int waiting() {
        return waiting.values().stream().mapToInt(TreeMap::size).sum();
    }

    /// How many went untold.
    synchronized long givenUp() {
        return givenUp;
    }

    /// They were told.
    synchronized void told(String channel, List<Notification> notifications) {
        // Crash point: told and not removed, it is told again, under the same id.
        remove(channel, notifications);
    }

    /// Lets go what waits since before then, what is too much, and what no channel is there for any more.
    synchronized void giveUp(long sinceMs) {
        for (var entry : new TreeMap<>(waiting).entrySet()) {
            var of = entry.getValue();
            boolean isThere = channels.find(entry.getKey()).isPresent();
            int tooMany = of.size() - MOST_WAITING;
            List<Notification> gone = new ArrayList<>();
            for (Notification each : of.values()) {
                if (!isThere || each.sinceMs() < sinceMs || gone.size() < tooMany) gone.add(each);
            }
            if (gone.isEmpty()) continue;
            remove(entry.getKey(), gone);
            givenUp += gone.size();
        }
    }

    private void remove(String channel, List<Notification> notifications) {
        Batch batch = store.newBatch();
        var of = waiting.getOrDefault(channel, new TreeMap<>());
        for (Notification each : notifications) batch.delete(Column.NOTIFICATION, row(channel, Key.of(each)));
        store.write(batch);
        for (Notification each : notifications) of.remove(Key.of(each));
    }

    /// The channel's name, ended by a byte that none has, then the alarm and what became of it.
    private static byte[] row(String channel, Key key) {
        byte[] name = channel.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(name.length + 10)
                .put(name)
                .put((byte) 0)
                .putLong(key.alarm)
                .put(key.kind)
                .array();
    }

    private static byte[] json(Notification notification) {
        try {
            return JSON.writeValueAsBytes(notification);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Notification read(byte[] json) {
        try {
            return JSON.readValue(json, Notification.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a row of what is to be told cannot be read", e);
        }
    }
}
