package io.thingstead.node.view.live;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.view.LoggedFrame;

/// A reading with what a person needs to judge it: who vouches for it, when it came, where it stands in the log.
public record LiveReading(Reading reading, TrustLevel trust, long receivedMs, long n, long index) {
    /// A device whose clock runs ahead by more than this has no say about which of its readings is the newest.
    private static final long CLOCK_TOLERANCE_MS = 300_000;

    static LiveReading of(Reading reading, LoggedFrame frame) {
        return new LiveReading(reading, frame.trust(), frame.receivedMs(), frame.n(), frame.index());
    }

    /// Whether this one is what to show after `other`: frames that come late, to close a gap, are older news.
    boolean replaces(LiveReading other) {
        boolean ahead = other.reading.timeMs() > other.receivedMs + CLOCK_TOLERANCE_MS;
        return reading.timeMs() >= other.reading.timeMs() || ahead;
    }
}
