package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.ledger.contract.Contracts;
import io.thingstead.node.ledger.market.Offers;
import java.util.ArrayList;
import java.util.List;

/// What the ledger does by itself when its time has come, at the start of a block. Time is ledger time: block time
/// without what the ledger stood still. After it stood still nothing fires for ten minutes, so that an outage takes
/// nobody's last chance to act.
public final class Timers {
    /// How many fire in one block at most; the others do in the next ones.
    public static final int MAX_IN_BLOCK = 1_000;

    /// What is left of every window after the ledger stood still.
    public static final long GRACE_MS = 600_000;

    public static final String HOLD = "hold";
    public static final String LIMIT = "limit";
    public static final String CHANNEL = "channel";
    public static final String CONTRACT = "contract";
    public static final String OFFER = "offer";

    private static final byte[] NOTHING_MORE = new CborWriter(1).array(0).toBytes();

    private Timers() {}

    /// The ledger time of the draft's block.
    public static long now(Draft draft) {
        return draft.now() - SuspendedClock.ms(draft);
    }

    /// @param dueMs in ledger time
    /// @param kind what is to be done, a case of `fire`
    /// @param number of the thing that it is done to
    public static void set(Draft draft, long dueMs, String kind, long number) {
        draft.put(StateKeys.timer(dueMs, kind, number), NOTHING_MORE);
    }

    public static void cancel(Draft draft, long dueMs, String kind, long number) {
        draft.remove(StateKeys.timer(dueMs, kind, number));
    }

    /// When a deadline is over in fact: not within ten minutes after the ledger stood still.
    public static long effective(Draft draft, long dueMs) {
        byte[] resumed = draft.get(StateKeys.RESUMED);
        return resumed == null ? dueMs : Math.max(dueMs, SuspendedClock.decode(resumed) + GRACE_MS);
    }

    /// Whether the time of a deadline is over.
    public static boolean isOver(Draft draft, long dueMs) {
        return effective(draft, dueMs) <= now(draft);
    }

    /// Whether a block must act by itself, though nobody sent a transaction.
    ///
    /// @param stillMs what the ledger stood still without having told it
    public static boolean wake(Draft draft, ValueSource kept, long stillMs) {
        long now = now(draft) - stillMs;
        boolean waiting = stillMs == 0 && effective(draft, 0) > now;
        return !waiting && !due(kept, now, 1).isEmpty();
    }

    /// Remembers that the ledger goes on after it stood still, where anything waits for its time.
    public static void resume(Draft draft, ValueSource kept) {
        if (!due(kept, Long.MAX_VALUE - 1, 1).isEmpty()) {
            draft.put(
                    StateKeys.RESUMED,
                    new CborWriter(12).array(1).integer(now(draft)).toBytes());
        }
    }

    /// Does what is due, in the order of the keys.
    public static void run(Draft draft, ValueSource kept) {
        if (effective(draft, 0) > now(draft)) {
            return;
        }
        for (String key : due(kept, now(draft), MAX_IN_BLOCK)) {
            // One that fired before it may have cancelled it.
            if (draft.get(key) != null) {
                draft.remove(key);
                int kind = StateKeys.TIMERS.length() + 17;
                int number = key.indexOf('/', kind) + 1;
                fire(key.substring(kind, number - 1), Long.parseLong(key, number, key.length(), 10), draft);
            }
        }
    }

    private static List<String> due(ValueSource kept, long now, int limit) {
        List<String> keys = new ArrayList<>();
        kept.range(StateKeys.TIMERS, StateKeys.timersFrom(now + 1), limit, (key, _) -> keys.add(key));
        return keys;
    }

    private static void fire(String kind, long number, Draft draft) {
        switch (kind) {
            case HOLD -> HoldRecord.expire(draft, number);
            case LIMIT -> LimitRecord.expire(draft, number);
            case CHANNEL -> ChannelRecord.expire(draft, number);
            case CONTRACT -> Contracts.timeOver(draft, number);
            case OFFER -> Offers.expire(draft, number);
            default -> throw new IllegalStateException("a timer of no kind: " + kind);
        }
    }
}
