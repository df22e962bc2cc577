package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.TrustLevel;
import java.util.List;
import java.util.Optional;

/// What is known about a device right now; never changed.
///
/// @param revision grows with every change of any device
/// @param latest the newest reading of each quantity, by name
/// @param names of these quantities
/// @param lastMinute readings that came in the last minute before `receivedMs`
/// @param pauseMs how long it usually pauses between the times it is heard
/// @param trust who vouches for its newest reading
/// @param missing sequence numbers that are missing: frames that were made and did not arrive, or not yet
public record DeviceView(
        DeviceId device,
        long revision,
        List<LiveReading> latest,
        QuantityNames names,
        long receivedMs,
        long n,
        long lastMinute,
        long pauseMs,
        TrustLevel trust,
        long missing,
        Optional<Position> position) {
    private static final long LATE_AFTER_MS = 12_000;
    private static final long SILENT_AFTER_MS = 60_000;

    /// After how long a silence it is late.
    public long lateAfterMs() {
        return Math.max(LATE_AFTER_MS, 3 * pauseMs);
    }

    /// After how long a silence it is silent.
    public long silentAfterMs() {
        return Math.max(SILENT_AFTER_MS, 10 * pauseMs);
    }

    public Presence presence(long nowMs) {
        long silence = nowMs - receivedMs;
        if (silence <= lateAfterMs()) return Presence.LIVE;
        return silence <= silentAfterMs() ? Presence.LATE : Presence.SILENT;
    }
}
