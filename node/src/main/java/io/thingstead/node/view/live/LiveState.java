package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The newest reading of everything, in memory. Restored at start from the series, then brought up to the log's end
/// by a follower; whoever erases changes it beside that one; everybody else sees immutable views.
public final class LiveState implements FrameSink {
    private static final int RECENT = 256;

    private final LogReader log;
    private final LongSupplier nowMs;
    private final Map<DeviceId, LiveDevice> devices = new HashMap<>();
    private final ConcurrentHashMap<DeviceId, AtomicReference<@Nullable DeviceView>> views = new ConcurrentHashMap<>();
    private final RecentReadings recent = new RecentReadings(RECENT);
    private final Finality finality = new Finality();
    private final Rate seconds = new Rate(64, 1_000);
    private volatile long next;
    private final AtomicLong readings = new AtomicLong();
    private volatile long revision;

    public LiveState(LogReader log, LongSupplier nowMs) {
        this.log = log;
        this.nowMs = nowMs;
    }

    /// The state before leaf `next`, from what the series kept.
    ///
    /// @param readings how many there were
    /// @param latest of each device and quantity the newest reading, newest first
    public static LiveState restored(
            LogReader log, long next, long readings, List<LoggedReading> latest, LongSupplier nowMs) {
        var live = new LiveState(log, nowMs);
        live.readings.set(readings);
        live.next = next;
        for (var kept : latest.reversed()) live.restore(kept);
        live.publish(live.devices.values());
        return live;
    }

    private void restore(LoggedReading kept) {
        // the log knows the number and the time of receipt; a leaf that is not there was erased
        log.leaf(kept.index()).filter(leaf -> !leaf.isErased()).ifPresent(leaf -> {
            var restored = new LiveReading(kept.reading(), kept.trust(), leaf.receivedMs(), leaf.n(), kept.index());
            changing(kept.device()).put(restored);
            recent.add(kept.device(), restored);
        });
    }

    @Override
    public long next() {
        return next;
    }

    @Override
    public synchronized void take(List<LoggedFrame> frames, long upTo) {
        long now = nowMs.getAsLong();
        var changed = new LinkedHashSet<LiveDevice>();
        int added = 0;
        for (var frame : frames) {
            if (frame.readings().isEmpty()) continue; // a command or its receipt, or erased
            var device = changing(frame.device());
            for (var reading : lastOfEach(frame.readings())) {
                var live = LiveReading.of(reading, frame);
                device.put(live);
                recent.add(frame.device(), live);
            }
            device.count(frame.receivedMs(), frame.readings().size());
            changed.add(device);
            added += frame.readings().size();
        }
        synchronized (seconds) {
            seconds.add(now, added);
        }
        if (!frames.isEmpty()) finality.appended(upTo, frames.getFirst().receivedMs());
        publish(changed);
        readings.addAndGet(added);
        next = upTo;
    }

    /// Forgets the readings of erased leaves.
    ///
    /// @param count how many those are that were counted till now
    public synchronized void erase(LongPredicate erased, long count) {
        readings.addAndGet(-count);
        recent.erase(erased);
        publish(devices.values().stream().filter(device -> device.erase(erased)).toList());
    }

    /// Of a burst only the latest of each quantity is news.
    private static Collection<Reading> lastOfEach(List<Reading> readings) {
        if (readings.size() < 2) return readings;
        var last = new LinkedHashMap<String, Reading>();
        for (var reading : readings) last.merge(reading.name(), reading, (a, b) -> b.timeMs() >= a.timeMs() ? b : a);
        return last.values();
    }

    private LiveDevice changing(DeviceId id) {
        return devices.computeIfAbsent(id, LiveDevice::new);
    }

    private void publish(Collection<LiveDevice> changed) {
        if (changed.isEmpty()) return;
        long now = nowMs.getAsLong();
        long following = revision + 1;
        for (var device : changed) {
            var view = device.view(following, now, this::missing);
            slot(view.device()).set(view);
        }
        revision = following;
    }

    private long missing(DeviceId device) {
        long missing = 0;
        for (var stream : log.streams(device)) for (var gap : log.gaps(stream)) missing += gap.last() - gap.first() + 1;
        return missing;
    }

    /// Says that the ledger has made the log final up to a size.
    public void anchored(long size) {
        finality.anchored(size, nowMs.getAsLong());
    }

    /// Readings with a smaller index are final.
    public long anchored() {
        return finality.anchored();
    }

    public long finalityLagMs() {
        return finality.lagMs(nowMs.getAsLong());
    }

    public Optional<DeviceView> device(DeviceId id) {
        var slot = views.get(id);
        return slot == null ? Optional.empty() : Optional.ofNullable(slot.get());
    }

    /// Where the newest view of a device always is, for those who look again and again; null until it says something.
    public Supplier<@Nullable DeviceView> watched(DeviceId id) {
        return slot(id)::get;
    }

    private AtomicReference<@Nullable DeviceView> slot(DeviceId id) {
        return views.computeIfAbsent(id, _ -> new AtomicReference<>());
    }

    /// All devices that ever sent something, in no order.
    public Stream<DeviceView> views() {
        return views.values().stream().mapMulti((slot, found) -> {
            DeviceView view = slot.get();
            if (view != null) found.accept(view);
        });
    }

    /// The revision of the newest change.
    public long revision() {
        return revision;
    }

    /// The newest readings, newest first.
    public List<RecentReading> recent(int limit) {
        return recent(limit, 0);
    }

    /// The newest readings with a serial of at least `from`.
    public List<RecentReading> recent(int limit, long from) {
        return recent.newest(limit, from);
    }

    /// Readings in the log, all in all.
    public long readings() {
        return readings.get();
    }

    /// Readings a second, over the last whole seconds.
    public double readingsPerSecond(int lastSeconds) {
        synchronized (seconds) {
            return (double) seconds.over(nowMs.getAsLong(), lastSeconds) / lastSeconds;
        }
    }
}
