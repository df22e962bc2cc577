package io.thingstead.node.consensus.comet;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the engine anew when it has brought no block for minutes. CometBFT tries a member that it lost twenty times
/// in
/// two minutes, then after pauses that grow to hours, and then never again: after a long partition both sides would
/// stand still though the network is whole. A fresh start dials everybody at once. Where the others are really away, a
/// restart now and then costs nothing: there are no blocks to make.
final class FreshStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FreshStart.class);
    private static final long LOOK_MS = 1_000;

    private final LongSupplier nanos;
    private final long patienceNanos;
    private final Runnable restart;
    private final Thread thread;
    private volatile long moved;

    FreshStart(LongSupplier nanos, long patienceMs, Runnable restart) {
        this.nanos = nanos;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMs);
        this.restart = restart;
        this.moved = nanos.getAsLong();
        this.thread = Thread.ofVirtual().name("comet-fresh-start").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// The engine brought something.
    void moved() {
        moved = nanos.getAsLong();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK_MS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void look() {
        if (nanos.getAsLong() - moved > patienceNanos) {
            LOG.warn(
                    "no block for {} s: the engine is started anew, to dial the other members again",
                    TimeUnit.NANOSECONDS.toSeconds(patienceNanos));
            moved();
            restart.run();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
