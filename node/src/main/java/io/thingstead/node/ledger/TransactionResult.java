package io.thingstead.node.ledger;

import io.thingstead.kit.model.Refused;
import java.util.List;
import java.util.Optional;

/// What became of a transaction: the events it caused, and what was refused of it.
///
/// @param consumed false when it was not taken at all (malformed, expired, seen, badly signed)
public record TransactionResult(boolean consumed, byte[] identity, List<Event> events, List<Refused> refusals) {
    public TransactionResult {
        events = List.copyOf(events);
        refusals = List.copyOf(refusals);
    }

    static TransactionResult ignored(Refused refused) {
        return new TransactionResult(false, new byte[32], List.of(), List.of(refused));
    }

    /// Whether everything it asked for happened.
    public boolean happened() {
        return consumed && refusals.isEmpty();
    }

    public Optional<Refused> firstRefusal() {
        return refusals.stream().findFirst();
    }
}
