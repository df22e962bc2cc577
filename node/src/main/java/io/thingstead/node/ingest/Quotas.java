package io.thingstead.node.ingest;

import io.thingstead.kit.model.DeviceId;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Keeps devices, connections and addresses to their rates, before anything is spent on what they send.
public final class Quotas {
    private static final int SWEEP_AT = 10_000;
    private static final double FREE = 1e12;

    private final IngestLimits limits;
    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<Object, TokenBucket> buckets = new ConcurrentHashMap<>();

    public Quotas(IngestLimits limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
    }

    public IngestLimits limits() {
        return limits;
    }

    /// What one device, connection or address has left. Safe for all threads.
    public final class Quota {
        private final TokenBucket bucket;

        private Quota(TokenBucket bucket) {
            this.bucket = bucket;
        }

        /// Counts a message that has arrived, and says for how many nanoseconds nothing more should be read.
        public long charge(int sizeBytes) {
            return bucket.take(cost(sizeBytes), nanoClock.getAsLong());
        }

        /// Counts a message if it is within the rate; else it is to be refused as `busy`.
        public boolean admits(int sizeBytes) {
            return bucket.tryTake(cost(sizeBytes), nanoClock.getAsLong());
        }
    }

    /// Of a device, over all its connections.
    public Quota of(DeviceId device) {
        return shared(device, limits.devicePerSecond(), limits.deviceBurst());
    }

    /// Of an address, over all its connections.
    public Quota of(InetAddress address) {
        return address.isLoopbackAddress()
                ? new Quota(new TokenBucket(FREE, FREE, nanoClock.getAsLong()))
                : shared(address, limits.addressPerSecond(), limits.addressBurst());
    }

    /// Of one connection, for which nobody else pays.
    public Quota ofConnection() {
        return new Quota(new TokenBucket(limits.devicePerSecond(), limits.deviceBurst(), nanoClock.getAsLong()));
    }

    private Quota shared(Object whose, double perSecond, double most) {
        if (buckets.size() > SWEEP_AT) {
            long now = nanoClock.getAsLong();
            buckets.values().removeIf(bucket -> bucket.isFull(now));
        }
        return new Quota(buckets.computeIfAbsent(whose, _ -> new TokenBucket(perSecond, most, nanoClock.getAsLong())));
    }

    private static double cost(int sizeBytes) {
        return 1 + (double) (sizeBytes >> 10);
    }
}
