package io.thingstead.node.log;

import io.thingstead.kit.model.Refused;

/// What became of a submission.
public sealed interface Answer {
    /// The frame is durable in the log. A duplicate gets the answer that the first one got.
    ///
    /// @param logNumber the log that has it: of a duplicate perhaps an older one of the member
    /// @param entry the 33 bytes of the log's entry
    record Accepted(long logNumber, long index, long receivedMs, byte[] salt, byte[] entry, boolean duplicate)
            implements Answer {}

    record Declined(Refused refused) implements Answer {}
}
