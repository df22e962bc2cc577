package io.thingstead.node.api;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounds how many connections a listener has, in all and of one address; loopback counts in all only. For any thread.
public final class Admissions {
    private final int most;
    private final int mostOfAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> ofAddress = new ConcurrentHashMap<>();

    public Admissions(int most, int mostOfAddress) {
        this.most = most;
        this.mostOfAddress = mostOfAddress;
    }

    /// Counts a connection in, if there is room. Who was let in has to `leave`.
    public boolean enter(InetAddress address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        int same = ofAddress.merge(address, 1, Integer::sum);
        if (same > mostOfAddress && !address.isLoopbackAddress()) {
            leave(address);
            return false;
        }
        return true;
    }

    public void leave(InetAddress address) {
        open.decrementAndGet();
        ofAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    public int open() {
        return open.get();
    }
}
