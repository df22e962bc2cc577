package io.thingstead.node.fleet;

import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.view.live.Presence;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the whole fleet stands at a time.
///
/// @param states how many devices are in each
/// @param quantities how many devices measure it, the most frequent first
public record FleetFigures(long atMs, Map<Presence, Long> states, Map<String, Long> quantities) {
    private static final int MAX_QUANTITIES = 60;

    static FleetFigures count(List<FleetDevice> devices, long nowMs) {
        var states = new Tally<>(Presence.class);
        var quantities = new HashMap<String, long[]>();
        for (FleetDevice device : devices) {
            DeviceView view = device.view();
            states.count(view == null ? Presence.NEVER : view.presence(nowMs));
            if (view == null) continue;
            for (LiveReading live : view.latest())
                quantities.computeIfAbsent(live.reading().name(), _ -> new long[1])[0]++;
        }
        return new FleetFigures(nowMs, states.all(), mostFrequent(quantities));
    }

    private static Map<String, Long> mostFrequent(Map<String, long[]> quantities) {
        var most = new LinkedHashMap<String, Long>();
        quantities.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, long[]>>comparingLong(entry -> -entry.getValue()[0])
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_QUANTITIES)
                .forEach(entry -> most.put(entry.getKey(), entry.getValue()[0]));
        return most;
    }
}
