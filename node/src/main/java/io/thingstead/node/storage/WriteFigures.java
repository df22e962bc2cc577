package io.thingstead.node.storage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How a store's synced writes go: how many there were since its start, how long they took, and since when one is
/// under way. For any thread.
public final class WriteFigures {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final AtomicLong tickets = new AtomicLong();
    private final Map<Long, Long> underWay = new ConcurrentHashMap<>();

    /// A write begins; what is returned ends it.
    long begin() {
        long ticket = tickets.incrementAndGet();
        underWay.put(ticket, System.nanoTime());
        return ticket;
    }

    void end(long ticket) {
        Long began = underWay.remove(ticket);
        if (began == null) return;
        nanos.add(System.nanoTime() - began);
        count.increment();
    }

    public long count() {
        return count.sum();
    }

    /// What all writes took together.
    public long nanos() {
        return nanos.sum();
    }

    /// For how long the oldest write that has not returned is under way; 0 where there is none.
    public long oldestNanos() {
        long now = System.nanoTime();
        return underWay.values().stream().mapToLong(began -> now - began).max().orElse(0);
    }
}
