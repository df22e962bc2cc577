package io.thingstead.node.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The newest events, for clients that lost their connection for a moment. Bounded in events and bytes. Ids carry a
/// name of this process's run, so that an id of an earlier run is not taken for one of this.
/// Guarded by its owner's lock on it.
final class ReplayRing {
    static final int EVENTS = 120;
    private static final int MAX_BYTES = 8 << 20;

    private final ArrayDeque<byte[]> events = new ArrayDeque<>();
    private final String run = HexFormat.of().formatHex(random());
    private long next;
    private int bytes;

    private static byte[] random() {
        var random = new byte[4];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /// The tick as an event with the next id.
    byte[] add(byte[] tick) {
        var event = event("tick", next++, tick);
        events.add(event);
        bytes += event.length;
        while (events.size() > EVENTS || bytes > MAX_BYTES) bytes -= events.remove().length;
        return event;
    }

    /// Says that what the client has is too old or unknown. It carries the id from which on it will be whole.
    byte[] reset() {
        return event("reset", next - 1, "{}".getBytes(StandardCharsets.US_ASCII));
    }

    /// The events after an id, if all of them are still here.
    Optional<List<byte[]>> after(@Nullable String id) {
        if (id == null || !id.startsWith(run + "-")) return Optional.empty();
        try {
            long from = Long.parseLong(id.substring(run.length() + 1)) + 1;
            long oldest = next - events.size();
            if (from < oldest || from > next) return Optional.empty();
            return Optional.of(List.copyOf(events).subList((int) (from - oldest), events.size()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// Forgets the events; numbers go on, and one is left out, so that nobody resumes across the silence.
    void clear() {
        if (events.isEmpty()) return;
        events.clear();
        bytes = 0;
        next++;
    }

    private byte[] event(String name, long number, byte[] data) {
        var out = new ByteArrayOutputStream(data.length + 64);
        out.writeBytes(
                ("event: " + name + "\nid: " + run + "-" + number + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(data);
        out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
