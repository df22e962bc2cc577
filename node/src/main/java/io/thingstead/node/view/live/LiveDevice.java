package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.TrustLevel;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A device's live state while it changes: on the follower's thread only.
final class LiveDevice {
    /// A device that invents names does not fill the memory: the quantity that was silent longest goes.
    private static final int MAX_QUANTITIES = 64;
    private static final long GAPS_EVERY_MS = 1_000;
    private static final long FIRST_PAUSE_MS = 60_000;

    private final DeviceId device;
    private final TreeMap<String, LiveReading> latest = new TreeMap<>();
    private final Rate minute = new Rate(12, 5_000);
    private final Pauses pauses = new Pauses();
    private @Nullable QuantityNames names;
    /// Of its newest reading: the leaf, and who vouches for it.
    private long newest;

    private TrustLevel trust = TrustLevel.DEVICE_SIGNED;
    private long receivedMs;
    private long n;
    private long missing;
    private long missingAskedMs = Long.MIN_VALUE;

    LiveDevice(DeviceId device) {
        this.device = device;
    }

    void put(LiveReading live) {
        var before = latest.get(live.reading().name());
        if (before != null && !live.replaces(before)) return;
        latest.put(live.reading().name(), live);
        if (latest.size() > MAX_QUANTITIES) latest.remove(longestSilent());
        if (before == null) names = null;
        if (live.index() >= newest) {
            newest = live.index();
            trust = live.trust();
        }
        receivedMs = Math.max(receivedMs, live.receivedMs());
        n = Math.max(n, live.n());
    }

    /// Forgets what stands at erased leaves; whether there was something.
    boolean erase(LongPredicate erased) {
        boolean isErased = latest.values().removeIf(live -> erased.test(live.index()));
        if (isErased) names = null;
        return isErased;
    }

    void count(long nowMs, int readings) {
        minute.add(nowMs, readings);
        pauses.heard(nowMs);
    }

    private String longestSilent() {
        return latest.entrySet().stream()
                .min((a, b) ->
                        Long.compare(a.getValue().receivedMs(), b.getValue().receivedMs()))
                .orElseThrow()
                .getKey();
    }

    private QuantityNames names() {
        QuantityNames known = names;
        if (known != null) return known;
        var made = QuantityNames.of(latest.keySet());
        names = made;
        return made;
    }

    DeviceView view(long revision, long nowMs, ToLongFunction<DeviceId> gaps) {
        if (nowMs - missingAskedMs >= GAPS_EVERY_MS || missingAskedMs == Long.MIN_VALUE) {
            missing = gaps.applyAsLong(device);
            missingAskedMs = nowMs;
        }
        return new DeviceView(
                device,
                revision,
                List.copyOf(latest.values()),
                names(),
                receivedMs,
                n,
                minute.all(nowMs),
                pauses.usualMs(FIRST_PAUSE_MS),
                trust,
                missing,
                Position.of(latest));
    }
}
