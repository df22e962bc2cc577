package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import java.util.ArrayList;
import java.util.List;

/// The newest readings of all devices; of a burst only the last of each quantity.
final class RecentReadings {
    private final RecentReading[] ring;
    private long serial;

    RecentReadings(int capacity) {
        ring = new RecentReading[capacity];
    }

    synchronized void add(DeviceId device, LiveReading live) {
        ring[(int) (serial % ring.length)] = new RecentReading(serial, device, live);
        serial++;
    }

    /// Newest first, those with a serial of at least `from`.
    synchronized List<RecentReading> newest(int limit, long from) {
        var found = new ArrayList<RecentReading>();
        for (long i = serial - 1; i >= Math.max(from, Math.max(0, serial - ring.length)) && found.size() < limit; i--)
            found.add(ring[(int) (i % ring.length)]);
        return found;
    }
}
