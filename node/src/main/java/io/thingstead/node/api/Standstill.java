package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether the ledger stands still, since when, and which members are not heard. Whom the engine hears is asked beside,
/// so that nobody who asks for the status waits for it.
final class Standstill {
    /// An idle ledger makes a block every 10 s, whose time is that of the block before: later than this it stands
    /// still.
    private static final long STANDSTILL_MS = 45_000;

    private static final long ASK_EVERY_MS = 3_000;

    private final LedgerReader ledger;
    private final BooleanSupplier removed;
    private final Supplier<Optional<List<MemberId>>> heard;
    private final LongSupplier nowMs;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Answer last = new Answer(Long.MIN_VALUE, null);

    private record Answer(long askedMs, @Nullable List<MemberId> heard) {}

    /// @param needed how many members it takes
    /// @param silent the members that are not heard; absent where nobody can tell
    record Now(
            long sinceMs, int members, int needed, @Nullable List<String> silent) {}

    /// @param removed whether the others removed this member
    Standstill(
            LedgerReader ledger,
            BooleanSupplier removed,
            Supplier<Optional<List<MemberId>>> heard,
            LongSupplier nowMs) {
        this.ledger = ledger;
        this.removed = removed;
        this.heard = heard;
        this.nowMs = nowMs;
    }

    /// Null while it goes on. One that the others removed hears nothing of them, and cannot tell.
    @Nullable
    Now now() {
        LedgerHead head = ledger.head();
        long now = nowMs.getAsLong();
        if (now - head.blockTime() < STANDSTILL_MS) return null;
        ValidatorSet voters = ledger.validators();
        if (voters.size() == 1 || removed.getAsBoolean()) return null;
        return new Now(head.blockTime(), voters.size(), voters.needed(), silent(voters, now));
    }

    private @Nullable List<String> silent(ValidatorSet voters, long now) {
        Answer known = last;
        if ((known.askedMs == Long.MIN_VALUE || now - known.askedMs > ASK_EVERY_MS)
                && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("who-is-heard").start(this::ask);
        }
        List<MemberId> present = known.heard;
        return present == null
                ? null
                : voters.members().stream()
                        .map(voter -> voter.member())
                        .filter(member -> !present.contains(member))
                        .map(MemberId::value)
                        .toList();
    }

    private void ask() {
        try {
            last = new Answer(nowMs.getAsLong(), heard.get().orElse(null));
        } finally {
            asking.set(false);
        }
    }
}
