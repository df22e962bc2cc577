package io.thingstead.node.api;

import io.thingstead.node.log.LogReader;
import java.util.Optional;

/// The checkpoints of the member's logs as signed notes, with the cosignatures that other members gave to them.
public interface CosignedHeads {
    /// The newest one.
    Optional<String> newest(LogReader log);

    /// The anchored one that most others cosigned, lately; empty while nobody did.
    Optional<String> cosigned(LogReader log);
}
