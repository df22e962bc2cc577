package io.thingstead.node.ingest;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.log.Answer.Accepted;

/// What became of one message.
public sealed interface Outcome {
    /// It is durable in the log, now or since an earlier time.
    record Logged(DeviceId device, long n, TrustLevel trust, Accepted receipt) implements Outcome {}

    /// It asked for something, and that was given.
    record Noted() implements Outcome {}

    /// It is not.
    ///
    /// @param n the frame's number, or 0 where it is not known
    record Rejected(Refused refused, long n) implements Outcome {}
}
