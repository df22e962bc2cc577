package io.thingstead.node.mirror;

import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.action.Action;
import java.util.List;
import java.util.Optional;

/// Where this member brings what the ledger shall know. Waits until the ledger has decided, and throws
/// `IllegalStateException` when it does not.
@FunctionalInterface
public interface LedgerDesk {
    /// Empty when everything happened, else the first refusal.
    Optional<Refused> ask(List<? extends Action> actions);
}
