package io.thingstead.node.consensus.simulated;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/// Time that passes only when the next thing happens. What falls on the same millisecond happens in the order in which
/// it was planned.
public final class VirtualTime {
    private static final long MOST = 2_000_000;

    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>(Comparator.comparingLong(Planned::ms).thenComparingLong(Planned::number));
    private long nowMs;
    private long numbers;
    private long happened;

    private record Planned(long ms, long number, Runnable what) {}

    public long nowMs() {
        return nowMs;
    }

    public void in(long delayMs, Runnable what) {
        planned.add(new Planned(nowMs + Math.max(0, delayMs), numbers++, what));
    }

    /// Again and again until it says no.
    public void every(long ms, BooleanSupplier what) {
        in(ms, () -> {
            if (what.getAsBoolean()) {
                every(ms, what);
            }
        });
    }

    /// Everything that is planned until then happens.
    public void runUntil(long ms) {
        for (Planned next = planned.peek(); next != null && next.ms <= ms; next = planned.peek()) {
            planned.remove();
            nowMs = next.ms;
            if (++happened > MOST) {
                throw new IllegalStateException("more than " + MOST + " things happened until " + nowMs + " ms");
            }
            next.what.run();
        }
        nowMs = Math.max(nowMs, ms);
    }

    public void run(long forMs) {
        runUntil(nowMs + forMs);
    }
}
