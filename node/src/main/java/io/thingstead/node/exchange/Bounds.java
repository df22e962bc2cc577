package io.thingstead.node.exchange;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How many connections there may be of each, in all, and how often each may ask in a second. For any thread.
final class Bounds<K> {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MOST_REMEMBERED = 10_000;

    private final int most;
    private final int mostOfEach;
    private final int perSecond;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<K, Integer> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<K, Second> asked = new ConcurrentHashMap<>();
    private int all;

    private record Second(long beganNs, int count) {}

    Bounds(int most, int mostOfEach, int perSecond, LongSupplier nanos) {
        this.most = most;
        this.mostOfEach = mostOfEach;
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /// Counts a connection in, if there is room. Who was let in has to `leave`.
    synchronized boolean enter(K who) {
        int same = open.getOrDefault(who, 0);
        if (all >= most || same >= mostOfEach) {
            return false;
        }
        all++;
        open.put(who, same + 1);
        return true;
    }

    synchronized void leave(K who) {
        all--;
        open.computeIfPresent(who, (_, count) -> count == 1 ? null : count - 1);
    }

    synchronized int open() {
        return all;
    }

    /// Whether once more is within the rate.
    boolean mayAsk(K who) {
        long now = nanos.getAsLong();
        if (asked.size() > MOST_REMEMBERED) {
            // Whoever comes from ever new addresses does not fill the memory.
            asked.values().removeIf(second -> now - second.beganNs >= SECOND_NS);
        }
        Second second = asked.compute(
                who,
                (_, before) -> before == null || now - before.beganNs >= SECOND_NS
                        ? new Second(now, 1)
                        : new Second(before.beganNs, before.count + 1));
        return second.count <= perSecond;
    }
}
