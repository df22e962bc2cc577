package io.thingstead.node.people;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Counts how often an address tried in vain, so that it has to wait before it may try again. Ten times a minute are
/// let through; of IPv6 a whole network of one place (/64) counts as one address. For any thread.
public final class FailedAttempts {
    private static final int MOST = 10;
    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final int MOST_ADDRESSES = 10_000;
    private static final int V6_NETWORK = 8;

    private final LongSupplier nanos;
    private final Map<String, Tally> tallies = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tally> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    private record Tally(long sinceNanos, int count) {}

    public FailedAttempts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// How many seconds the address has to wait; 0: it may try.
    public synchronized long waitSeconds(InetAddress address) {
        var tally = tallies.get(network(address));
        if (tally == null || tally.count < MOST) return 0;
        long left = WINDOW_NANOS - (nanos.getAsLong() - tally.sinceNanos);
        return left <= 0 ? 0 : (left + 999_999_999) / 1_000_000_000;
    }

    /// It tried in vain.
    public synchronized void count(InetAddress address) {
        long now = nanos.getAsLong();
        var network = network(address);
        // Out and in again: the eldest to go is the one that tried least lately.
        var tally = tallies.remove(network);
        tallies.put(
                network,
                tally == null || now - tally.sinceNanos >= WINDOW_NANOS
                        ? new Tally(now, 1)
                        : new Tally(tally.sinceNanos, tally.count + 1));
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, V6_NETWORK) : bytes);
    }
}
