package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.people.Need;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Live events for pages (server-sent events), at `/api/live`. All clients get the same ticks, made once, at most
/// four a second. A client that lost its connection resumes with Last-Event-ID where the [ReplayRing] still has what
/// it missed; else it is told `reset` and asks for the whole. One that reads too slowly is let go, and comes back.
public final class EventStream implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(250);
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final long LINGER_MS = 60_000;
    private static final int MAX_CLIENTS = 200;
    private static final Parameter<String> LAST = Parameter.text("Last-Event-ID", "The id of the last event that came.")
            .inHeader();
    private static final Operation LIVE = Operation.of("Live", "What happens, as it happens (server-sent events)")
            .details("Events `tick` hold what changed since the one before: status, devices, readings, commands."
                    + " `reset` says that what the client has is too old: it asks for the whole and goes on from there."
                    + " A client that lost its connection comes back with `Last-Event-ID` and gets what it missed.")
            .takes(LAST)
            .answers("text/event-stream", "Events, at most four a second; it does not end by itself.");

    private final Ticks ticks;
    private final Access access;
    private final LongSupplier nowMs;
    private final ReplayRing ring = new ReplayRing();
    private final Set<EventClient> clients = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closing;
    private volatile long wantedMs = Long.MIN_VALUE;

    EventStream(Ticks ticks, Access access, LongSupplier nowMs) {
        this.ticks = ticks;
        this.access = access;
        this.nowMs = nowMs;
        this.thread = Thread.ofPlatform().name("events").daemon(true).unstarted(this::run);
    }

    public void register(Routes routes) {
        routes.get("/api/live", LIVE, this::serve);
    }

    public void start() {
        thread.start();
    }

    /// Makes ticks while somebody listens, and a while longer for those who come back.
    private void run() {
        try {
            while (!closing) {
                Thread.sleep(EVERY);
                if (!clients.isEmpty()) wantedMs = nowMs.getAsLong();
                else if (wantedMs == Long.MIN_VALUE || nowMs.getAsLong() - wantedMs > LINGER_MS) {
                    ring.clear();
                    ticks.skip();
                    continue;
                }
                ticks.next().ifPresent(this::publish);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(byte[] tick) {
        synchronized (ring) {
            var event = ring.add(tick);
            for (var client : clients) client.offer(event);
        }
    }

    private void serve(Context context) throws IOException, InterruptedException {
        if (clients.size() >= MAX_CLIENTS) {
            Problem.send(context, Refusal.BUSY, "too many live connections");
            return;
        }
        var client = new EventClient();
        synchronized (ring) {
            // under the ring's lock, so that no tick falls between what is replayed and what follows
            var missed = ring.after(context.header("Last-Event-ID"));
            if (missed.isPresent()) missed.get().forEach(client::offer);
            else client.offer(ring.reset());
            clients.add(client);
        }
        wantedMs = nowMs.getAsLong();
        try {
            client.serve(context.res(), BEAT, access.still(context, Need.READ));
        } finally {
            clients.remove(client);
        }
    }

    /// Clients connected now.
    public int clients() {
        return clients.size();
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        for (var client : clients) client.end();
    }
}
