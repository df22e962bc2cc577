package io.thingstead.node.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.log.Answer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Counts what became of messages: accepted, duplicate, or refused by code. Each outcome is made here, so none goes
/// uncounted.
public final class IngestCounters {
    private static final String OUTCOMES = "thingstead.ingest.messages";

    private final Counter accepted;
    private final Counter duplicates;
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);

    public IngestCounters(MeterRegistry registry) {
        accepted = counter(registry, "accepted");
        duplicates = counter(registry, "duplicate");
        for (Refusal code : Refusal.values()) {
            refused.put(code, counter(registry, code.code()));
        }
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(OUTCOMES)
                .description("Messages of devices by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    public long accepted() {
        return (long) accepted.count();
    }

    public long duplicates() {
        return (long) duplicates.count();
    }

    public long refused(Refusal code) {
        return (long) of(code).count();
    }

    private Counter of(Refusal code) {
        return Objects.requireNonNull(refused.get(code), "every code has its counter");
    }

    /// @param n 0 where it is not known
    public Outcome.Rejected rejected(Refused why, long n) {
        of(why.code()).increment();
        return new Outcome.Rejected(why, n);
    }

    Outcome answered(Answer answer, DeviceId device, long n, TrustLevel trust) {
        return switch (answer) {
            case Answer.Accepted receipt -> {
                (receipt.duplicate() ? duplicates : accepted).increment();
                yield new Outcome.Logged(device, n, trust, receipt);
            }
            case Answer.Declined(Refused why) -> rejected(why, n);
        };
    }
}
