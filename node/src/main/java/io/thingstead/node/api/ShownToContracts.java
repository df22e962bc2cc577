package io.thingstead.node.api;

import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.ledger.Event;
import java.util.List;

/// What contracts were shown: the frames that travelled beside a transaction.
public interface ShownToContracts {
    /// The frames under this commitment that came with what caused the event; none where they are not kept here.
    List<ShownFrames.Shown> of(Event event, byte[] commitment);
}
