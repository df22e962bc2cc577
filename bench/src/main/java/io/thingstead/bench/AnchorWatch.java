package io.thingstead.bench;

import io.thingstead.kit.model.LogId;
import io.thingstead.node.Node;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.AppendedLeaf;
import io.thingstead.node.log.LogListener;
import java.util.Arrays;
import java.util.List;

/// How long each reading of a member waits from its sync, which its acknowledgement follows at once, until an anchor
/// that covers it is certified by the members.
final class AnchorWatch implements LogListener {
    private static final int EVENTS_AT_A_TIME = 1_000;

    private final LedgerReader ledger;
    private final LogId log;
    private final Latencies latencies = new Latencies(1 << 16);
    private long[] acceptedNanos = new long[1 << 16];
    private int accepted;
    private int certified;
    private long nextEvent;

    private AnchorWatch(Node node) {
        ledger = node.core().ledger();
        log = node.core().log().reader().id();
        accepted = Math.toIntExact(node.core().log().reader().size());
        certified = accepted;
        nextEvent = ledger.head().eventsSize();
    }

    static AnchorWatch of(Node node) {
        AnchorWatch watch = new AnchorWatch(node);
        node.core().log().listen(watch);
        watch.ledger.onCertified(watch::certified);
        return watch;
    }

    @Override
    public synchronized void appended(List<AppendedLeaf> leaves) {
        long now = System.nanoTime();
        int size = Math.toIntExact(leaves.getLast().index() + 1);
        if (size > acceptedNanos.length) {
            acceptedNanos = Arrays.copyOf(acceptedNanos, 2 * size);
        }
        Arrays.fill(acceptedNanos, accepted, size, now);
        accepted = size;
    }

    private synchronized void certified(LedgerHead head) {
        long now = System.nanoTime();
        while (nextEvent < head.eventsSize()) {
            int count = (int) Math.min(EVENTS_AT_A_TIME, head.eventsSize() - nextEvent);
            ledger.events(nextEvent, count).stream()
                    .flatMap(event -> event.anchor().stream())
                    .filter(anchor -> anchor.log().equals(log))
                    .mapToInt(anchor -> Math.toIntExact(anchor.toSize()))
                    .forEach(size -> certifiedTo(size, now));
            nextEvent += count;
        }
    }

    private void certifiedTo(int size, long now) {
        for (; certified < Math.min(size, accepted); certified++) {
            latencies.add(now - acceptedNanos[certified]);
        }
    }

    synchronized boolean isWaiting() {
        return certified < accepted;
    }

    /// What was measured since the last call.
    synchronized Latencies take() {
        Latencies taken = new Latencies(1);
        taken.addAll(latencies);
        latencies.clear();
        return taken;
    }
}
