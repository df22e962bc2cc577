package io.thingstead.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.mirror.MirrorState.Condition;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// How the mirrors of the other members' logs stand, for Prometheus: a row for each log, and how many are in each
/// condition. Logs come and go, so the rows are made anew before each scrape.
final class MirrorMeters {
    private final MultiGauge leaves;
    private final MultiGauge anchored;
    private final MultiGauge cosigned;
    private final Supplier<List<MirrorState>> states;
    private volatile List<MirrorState> shown = List.of();

    MirrorMeters(MeterRegistry registry, Supplier<List<MirrorState>> states) {
        this.states = states;
        leaves = rows(registry, "thingstead.mirror.leaves", "Leaves of another member's log that are kept here");
        anchored = rows(registry, "thingstead.mirror.anchored.leaves", "Leaves of another member's log that are final");
        cosigned = rows(
                registry,
                "thingstead.mirror.cosigned.leaves",
                "Leaves up to which another member's log is cosigned here");
        for (Condition condition : Condition.values()) {
            Gauge.builder("thingstead.mirrors", () -> count(condition))
                    .description("Logs of other members by how their mirror stands")
                    .tag("condition", condition.label())
                    .register(registry);
        }
    }

    private static MultiGauge rows(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private long count(Condition condition) {
        return shown.stream().filter(state -> state.condition() == condition).count();
    }

    /// Looks at the mirrors. To be said before the figures are read.
    void look() {
        List<MirrorState> now = states.get();
        shown = now;
        register(leaves, now, MirrorState::mirrored);
        register(anchored, now, MirrorState::anchored);
        register(cosigned, now, MirrorState::cosigned);
    }

    private static void register(MultiGauge gauge, List<MirrorState> states, ToDoubleFunction<MirrorState> value) {
        gauge.register(
                states.stream()
                        .map(state -> Row.of(Tags.of("log", state.log().toString()), () -> value.applyAsDouble(state)))
                        .toList(),
                true);
    }
}
