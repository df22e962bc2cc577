package io.thingstead.node.ingest.mqtt;

import java.util.concurrent.TimeUnit;

/// Ends a connection on which nothing came for one and a half times the keep alive that its client promised (OASIS MQTT
/// 5.0 §3.1.2.10). Time in which the node itself did not read does not count. Confined to the event loop.
final class KeepAlive {
    private static final long ALLOWED_MS_A_SECOND = 1_500;

    private final Wire wire;
    private final Flow flow;
    private final Ending ending;
    private final long allowedMs;
    private long lastReadNanos = System.nanoTime();

    KeepAlive(Wire wire, Flow flow, Ending ending, Hello hello) {
        this.wire = wire;
        this.flow = flow;
        this.ending = ending;
        this.allowedMs = hello.keepAliveSeconds() * ALLOWED_MS_A_SECOND;
    }

    /// Watches from now on, unless the client has promised no sign of life.
    void start() {
        if (allowedMs > 0) {
            wire.laterMs(this::watch, allowedMs);
        }
    }

    void heard() {
        lastReadNanos = System.nanoTime();
    }

    private void watch() {
        if (ending.isDone() || !wire.isOpen()) {
            return;
        }
        if (flow.isStopped()) {
            heard();
        }
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastReadNanos);
        if (silentMs >= allowedMs) {
            ending.timedOut("nothing heard for " + silentMs + " ms");
        } else {
            wire.laterMs(this::watch, allowedMs - silentMs);
        }
    }
}
