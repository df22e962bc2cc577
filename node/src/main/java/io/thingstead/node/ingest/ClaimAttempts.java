package io.thingstead.node.ingest;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Keeps those who try claim codes slow: each network by itself, before anything is spent on it, and all together,
/// which
/// is what bounds guessing. Loopback has no bound of its own, as behind a proxy all come from there.
final class ClaimAttempts {
    private static final double OF_NETWORK_PER_SECOND = 0.5;
    private static final double OF_NETWORK_AT_ONCE = 20;
    private static final double OF_ALL_PER_SECOND = 10;
    private static final double OF_ALL_AT_ONCE = 200;
    private static final int SWEEP_AT = 10_000;
    /// What one household or one host is given of IPv6.
    private static final int PREFIX_BYTES = 8;

    private final LongSupplier nanoClock;
    private final TokenBucket all;
    private final ConcurrentHashMap<ByteBuffer, TokenBucket> networks = new ConcurrentHashMap<>();

    ClaimAttempts(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.all = new TokenBucket(OF_ALL_PER_SECOND, OF_ALL_AT_ONCE, nanoClock.getAsLong());
    }

    /// Counts an attempt, if there is room for one.
    boolean admits(InetAddress address) {
        long now = nanoClock.getAsLong();
        return (address.isLoopbackAddress() || of(address, now).tryTake(1, now)) && all.tryTake(1, now);
    }

    private TokenBucket of(InetAddress address, long now) {
        if (networks.size() > SWEEP_AT) networks.values().removeIf(bucket -> bucket.isFull(now));
        byte[] bytes = address.getAddress();
        byte[] network = address instanceof Inet6Address ? Arrays.copyOf(bytes, PREFIX_BYTES) : bytes;
        return networks.computeIfAbsent(
                ByteBuffer.wrap(network), _ -> new TokenBucket(OF_NETWORK_PER_SECOND, OF_NETWORK_AT_ONCE, now));
    }
}
