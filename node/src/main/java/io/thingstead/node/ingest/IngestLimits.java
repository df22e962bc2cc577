package io.thingstead.node.ingest;

/// How much a device and an address may send before it is slowed down. A message counts once, and once more for each
/// full KiB. A few such buckets' worth of work is what a flood can take from others.
///
/// @param devicePerSecond messages a second of one device, and of one connection
/// @param deviceBurst messages at once after a pause, from a buffer for instance
/// @param addressPerSecond messages a second of one address over connections that name no device; loopback is free
public record IngestLimits(int devicePerSecond, int deviceBurst, int addressPerSecond, int addressBurst) {
    public static final IngestLimits STANDARD = new IngestLimits(10_000, 20_000, 20_000, 40_000);

    public IngestLimits {
        if (devicePerSecond < 1 || deviceBurst < 1 || addressPerSecond < 1 || addressBurst < 1) {
            throw new IllegalArgumentException(
                    "limits are at least 1: a device that may send nothing is not registered");
        }
    }
}
