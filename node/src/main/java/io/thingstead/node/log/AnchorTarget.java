package io.thingstead.node.log;

import io.thingstead.kit.model.Refused;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Where checkpoints of a log become final: the ledger, seen from the log.
public interface AnchorTarget {
    /// The log's newest anchor; size 0 with the empty tree's root before the first.
    Anchored anchored();

    /// Asks to anchor the checkpoint `to`, if the newest anchor is still at size `from` (compare-and-swap). Completes
    /// when the ledger has decided: empty when anchored, else why not. A repeated or late request does no harm.
    CompletionStage<Optional<Refused>> anchor(long from, SignedCheckpoint to, List<byte[]> consistencyProof);

    /// A log head that the ledger has made final.
    record Anchored(long size, byte[] root) {}
}
