package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.money.Counts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Roots of the tree of events as it grew, kept in the state for a while: what is shown to the ledger later is proven
/// under one of them, though events have come since. One every few seconds, in a ring.
public final class EventRoots {
    /// How many are kept.
    public static final long SLOTS = 1_024;

    /// At least so long lies between two of them.
    static final long APART_MS = 5_000;

    private EventRoots() {}

    /// A kept root.
    public record Kept(long slot, long size, byte[] root, long blockTime) {}

    /// At the end of a block that changed something: keeps the root before it, if the last one is old enough.
    /// Only from the first contract on: what nobody needs changes no state.
    static void keep(Draft draft) {
        if (draft.get(StateKeys.numbered(Counts.Kind.CONTRACTS.label())) == null) {
            return;
        }
        byte[] state = draft.get(StateKeys.EVENT_ROOTS);
        long next = 0;
        long last = 0;
        if (state != null) {
            CborReader in = CborReader.strict(state);
            in.readArrayOf(2);
            next = in.readUint();
            last = in.readUint();
        }
        if (draft.firstEventNo() == 0 || draft.now() < last + APART_MS) {
            return;
        }
        draft.put(
                StateKeys.eventRoot(next % SLOTS),
                new CborWriter(56)
                        .array(3)
                        .integer(draft.firstEventNo())
                        .bytes(draft.eventsRoot())
                        .integer(draft.now())
                        .toBytes());
        draft.put(
                StateKeys.EVENT_ROOTS,
                new CborWriter(16)
                        .array(2)
                        .integer(next + 1)
                        .integer(draft.now())
                        .toBytes());
    }

    /// The root that was kept in a slot, if one was.
    public static Optional<Kept> at(long slot, byte @Nullable [] value) {
        if (value == null) {
            return Optional.empty();
        }
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        return Optional.of(new Kept(slot, in.readUint(), in.readBytesOf(32), in.readUint()));
    }

    /// The slot of the newest one, by the value at [StateKeys#EVENT_ROOTS]; below 0: there is none.
    public static long newest(byte @Nullable [] value) {
        if (value == null) {
            return -1;
        }
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        return (in.readUint() - 1) % SLOTS;
    }
}
