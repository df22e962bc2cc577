package io.thingstead.node.ingest.mqtt;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/// Bounds how many connections there are, in all and of one address.
final class Admissions {
    private final MqttSettings settings;
    private final MqttCounters counters;
    private final ConcurrentHashMap<InetAddress, Integer> ofAddress = new ConcurrentHashMap<>();

    Admissions(MqttSettings settings, MqttCounters counters) {
        this.settings = settings;
        this.counters = counters;
    }

    /// Counts a connection in, if there is room. Who was let in has to `leave`.
    boolean enter(InetAddress address) {
        if (counters.open.incrementAndGet() > settings.maxConnections()) {
            counters.open.decrementAndGet();
            return false;
        }
        int same = ofAddress.merge(address, 1, Integer::sum);
        if (same > settings.maxConnectionsPerAddress() && !address.isLoopbackAddress()) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        counters.open.decrementAndGet();
        ofAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
}
