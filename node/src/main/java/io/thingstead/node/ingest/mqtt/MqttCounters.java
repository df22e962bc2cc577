package io.thingstead.node.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.api.Admissions;
import io.thingstead.node.api.RefusalCounts;

/// Counts what happens to connections.
public final class MqttCounters {
    private static final String CONNECTIONS = "thingstead.mqtt.connections";
    private static final String DESCRIPTION = "MQTT connections by what happened to them";
    private static final String EVENT = "event";

    final Counter connected;
    final Counter malformed;
    final Counter tooMany;
    final Counter timedOut;
    final Counter takenOver;
    final Counter slowed;
    final Counter subscriptionsRefused;
    private final RefusalCounts refused;
    private final MeterRegistry registry;

    public MqttCounters(MeterRegistry registry) {
        this.registry = registry;
        connected = counter(registry, "connected");
        malformed = counter(registry, "malformed");
        tooMany = counter(registry, "too-many");
        timedOut = counter(registry, "timed-out");
        takenOver = counter(registry, "taken-over");
        slowed = counter(registry, "slowed");
        subscriptionsRefused = counter(registry, "subscription-refused");
        refused = new RefusalCounts(registry, CONNECTIONS, DESCRIPTION, EVENT, "refused-");
    }

    private static Counter counter(MeterRegistry registry, String what) {
        return Counter.builder(CONNECTIONS)
                .description(DESCRIPTION)
                .tag(EVENT, what)
                .register(registry);
    }

    void refused(Refusal code) {
        refused.count(code);
    }

    /// Shows how many connections there are.
    void show(Admissions admissions) {
        Gauge.builder("thingstead.mqtt.open", admissions, Admissions::open)
                .description("Open MQTT connections")
                .register(registry);
    }

    /// Connections closed because what they sent was not MQTT, or not in the order MQTT asks for.
    public long malformed() {
        return (long) malformed.count();
    }

    /// Times a connection was not read from because it sent too fast.
    public long slowed() {
        return (long) slowed.count();
    }

    public long subscriptionsRefused() {
        return (long) subscriptionsRefused.count();
    }

    /// Connections closed because their client was silent for too long.
    public long timedOut() {
        return (long) timedOut.count();
    }

    public long refusedConnects(Refusal code) {
        return refused.of(code);
    }

    /// Connections that were refused at CONNECT.
    public RefusalCounts refused() {
        return refused;
    }
}
