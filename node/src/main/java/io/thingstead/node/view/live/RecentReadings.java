package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The newest readings of all devices; of a burst only the last of each quantity.
final class RecentReadings {
    private final @Nullable RecentReading[] ring;
    private long serial;

    RecentReadings(int capacity) {
        ring = new RecentReading[capacity];
    }

    synchronized void add(DeviceId device, LiveReading live) {
        ring[(int) (serial % ring.length)] = new RecentReading(serial, device, live);
        serial++;
    }

    /// Forgets those of erased leaves; the serials of the others stay.
    synchronized void erase(LongPredicate erased) {
        for (int i = 0; i < ring.length; i++) if (isErased(ring[i], erased)) ring[i] = null;
    }

    /// Newest first, those with a serial of at least `from`.
    synchronized List<RecentReading> newest(int limit, long from) {
        var found = new ArrayList<RecentReading>();
        for (long i = serial - 1; i >= Math.max(from, Math.max(0, serial - ring.length)) && found.size() < limit; i--)
            add(found, ring[(int) (i % ring.length)]);
        return found;
    }

    private static boolean isErased(@Nullable RecentReading kept, LongPredicate erased) {
        return kept != null && erased.test(kept.live().index());
    }

    private static void add(List<RecentReading> found, @Nullable RecentReading kept) {
        if (kept != null) found.add(kept);
    }
}
