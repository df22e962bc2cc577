package io.thingstead.node.ingest.mqtt;

import io.micrometer.core.instrument.Counter;

/// Stops and resumes reading from one connection. Who sends too fast, leaves too much unanswered or does not read
/// waits in its own socket, and nobody else does. Confined to the event loop.
final class Flow {
    /// Over its rate.
    static final int RATE = 1;
    /// Too many messages without an answer yet.
    static final int UNANSWERED = 2;
    /// The client does not read what it is sent.
    static final int UNREAD = 4;
    /// The log's queue was full.
    static final int LOG_BUSY = 8;

    private final Wire wire;
    private final Counter slowed;
    private int reasons;
    private long rateUntilNanos;

    Flow(Wire wire, Counter slowed) {
        this.wire = wire;
        this.slowed = slowed;
    }

    boolean isStopped() {
        return reasons != 0;
    }

    void stop(int reason) {
        if (reasons == 0) {
            wire.read(false);
        }
        reasons |= reason;
    }

    void resume(int reason) {
        if (reasons != 0) {
            reasons &= ~reason;
            if (reasons == 0) {
                wire.read(true);
            }
        }
    }

    /// Reads nothing for this long. Messages that were already in memory may still come and add to it.
    void stopFor(long nanos) {
        if (nanos == 0) {
            return;
        }
        rateUntilNanos = System.nanoTime() + nanos;
        if ((reasons & RATE) == 0) {
            slowed.increment();
            stop(RATE);
            wire.later(this::rateMayEnd, nanos);
        }
    }

    private void rateMayEnd() {
        long left = rateUntilNanos - System.nanoTime();
        if (left > 0) {
            wire.later(this::rateMayEnd, left);
        } else {
            resume(RATE);
        }
    }
}
