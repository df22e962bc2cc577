package io.thingstead.node.faults;

import io.thingstead.node.TokenDevice;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// A device that sends a reading every few milliseconds and waits for its acknowledgement, while others do harm: how
/// long it waits tells what they take from it.
final class Steady implements AutoCloseable {
    private static final long EVERY_MS = 20;
    private static final int MOST = 100_000;

    private final TokenDevice device;
    private final Thread thread;
    private final long[] nanos = new long[MOST];
    private int count;
    private String refused;
    private volatile boolean closed;

    /// What it waited, in milliseconds.
    record Waits(int count, long median, long p99, long longest) {
        @Override
        public String toString() {
            return "%d readings of another device acknowledged, p50 %d ms, p99 %d ms, longest %d ms"
                    .formatted(count, median, p99, longest);
        }
    }

    Steady(TokenDevice device) {
        this.device = device;
        this.thread = Thread.ofPlatform().name("steady").daemon().start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                send();
                Thread.sleep(EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        long began = System.nanoTime();
        try {
            var _ = device.send(count % 40);
            kept(System.nanoTime() - began);
        } catch (Exception | AssertionError e) {
            refused(e.toString());
        }
    }

    private synchronized void kept(long took) {
        if (count < MOST) nanos[count++] = took;
    }

    private synchronized void refused(String why) {
        refused = why;
    }

    /// The first of what it could not send; null as it should be.
    synchronized String refused() {
        return refused;
    }

    /// How many were acknowledged since the last call of `waits`.
    synchronized int count() {
        return count;
    }

    /// Of what it sent since the last call.
    synchronized Waits waits() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        Waits waits = new Waits(count, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
        count = 0;
        return waits;
    }

    private static long at(long[] sorted, double share) {
        if (sorted.length == 0) return -1;
        int place = (int) Math.min(sorted.length - 1L, (long) (share * sorted.length));
        return TimeUnit.NANOSECONDS.toMillis(sorted[place]);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
