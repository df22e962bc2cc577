package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.money.Timers;
import org.jspecify.annotations.Nullable;

/// How near a deadline may be: people and slow members must be able to act before it.
final class Deadlines {
    static final long SHORTEST_MS = 60_000;
    static final long SHORTEST_WINDOW_MS = 600_000;

    private Deadlines() {}

    /// The objection to a time that is less than so long ahead, or null.
    static @Nullable Refused tooSoon(Draft draft, long time, long aheadMs) {
        return time - Timers.now(draft) >= aheadMs
                ? null
                : new Refused(
                        Refusal.TIME_RANGE,
                        "the time " + time + " is not at least " + aheadMs / 1000 + " s after the ledger's time, "
                                + Timers.now(draft));
    }
}
