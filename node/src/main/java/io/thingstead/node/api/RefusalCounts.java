package io.thingstead.node.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.thingstead.kit.model.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// How often inputs of one kind were refused, by code. For any thread.
public final class RefusalCounts {
    private final Map<Refusal, Counter> counters = new EnumMap<>(Refusal.class);

    /// A counter for each code.
    ///
    /// @param tag whose values are the codes
    /// @param prefix before each code
    public RefusalCounts(MeterRegistry registry, String meter, String description, String tag, String prefix) {
        for (Refusal code : Refusal.values()) {
            counters.put(
                    code,
                    Counter.builder(meter)
                            .description(description)
                            .tag(tag, prefix + code.code())
                            .register(registry));
        }
    }

    public void count(Refusal code) {
        counter(code).increment();
    }

    public long of(Refusal code) {
        return (long) counter(code).count();
    }

    /// Adds what was refused to a total by code.
    public void addTo(Map<String, Long> totals) {
        counters.forEach((code, counter) -> {
            if (counter.count() > 0) totals.merge(code.code(), (long) counter.count(), Long::sum);
        });
    }

    private Counter counter(Refusal code) {
        return Objects.requireNonNull(counters.get(code), "every code has its counter");
    }
}
