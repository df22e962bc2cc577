package io.thingstead.node.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.api.RefusalCounts;
import io.thingstead.node.log.Answer;

/// Counts what became of messages: accepted, duplicate, or refused by code. Each outcome is made here, so none goes
/// uncounted.
public final class IngestCounters {
    private static final String OUTCOMES = "thingstead.ingest.messages";
    private static final String DESCRIPTION = "Messages of devices by what became of them";
    private static final String OUTCOME = "outcome";

    private final Counter accepted;
    private final Counter duplicates;
    private final RefusalCounts refused;

    public IngestCounters(MeterRegistry registry) {
        accepted = counter(registry, "accepted");
        duplicates = counter(registry, "duplicate");
        refused = new RefusalCounts(registry, OUTCOMES, DESCRIPTION, OUTCOME, "");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(OUTCOMES)
                .description(DESCRIPTION)
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    public long accepted() {
        return (long) accepted.count();
    }

    public long duplicates() {
        return (long) duplicates.count();
    }

    public long refused(Refusal code) {
        return refused.of(code);
    }

    public RefusalCounts refused() {
        return refused;
    }

    /// @param n 0 where it is not known
    public Outcome.Rejected rejected(Refused why, long n) {
        refused.count(why.code());
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
