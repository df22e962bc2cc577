package io.thingstead.node.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Counts what the HTTP listener answers: by class of status, and by code where no route was asked.
public final class HttpCounters {
    private static final int LOWEST = 1;
    private static final int HIGHEST = 5;

    private final RefusalCounts refused;
    private final Map<Integer, Timer> answers = new TreeMap<>();
    private final MeterRegistry registry;

    public HttpCounters(MeterRegistry registry) {
        this.registry = registry;
        refused = new RefusalCounts(
                registry, "thingstead.http.refused", "HTTP requests that came to no route, by code", "code", "");
        for (int status = LOWEST; status <= HIGHEST; status++) {
            answers.put(
                    status,
                    Timer.builder("thingstead.http.requests")
                            .description(
                                    "HTTP requests by class of status; a page's live events last as long as the page")
                            .tag("status", status + "xx")
                            .register(registry));
        }
    }

    /// Of requests that no route was asked to answer.
    public RefusalCounts refused() {
        return refused;
    }

    void answered(int status, float millis) {
        Timer timer = answers.get(status / 100);
        if (timer != null) timer.record((long) (millis * 1_000), TimeUnit.MICROSECONDS);
    }

    /// Shows how many connections there are.
    void show(HttpConnections connections) {
        Gauge.builder("thingstead.http.open", connections, HttpConnections::open)
                .description("Open HTTP connections")
                .strongReference(true)
                .register(registry);
    }
}
