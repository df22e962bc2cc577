package io.thingstead.node.ledger;

import io.thingstead.kit.model.Refused;
import java.util.List;
import java.util.Optional;

/// What became of a transaction: the block it came into, the events it caused, and what was refused of it.
///
/// @param consumed false when it was not taken at all (malformed, expired, seen, badly signed, no room)
/// @param height of its block, 0 when it came into none
/// @param identity H(payload), 32 zero bytes when it was not taken
public record TransactionResult(
        boolean consumed, long height, byte[] identity, List<Event> events, List<Refused> refusals) {
    public TransactionResult {
        events = List.copyOf(events);
        refusals = List.copyOf(refusals);
    }

    /// Refused as a whole: it left no trace on the ledger.
    public static TransactionResult ignored(Refused refused) {
        return new TransactionResult(false, 0, new byte[32], List.of(), List.of(refused));
    }

    /// Whether everything it asked for happened.
    public boolean happened() {
        return consumed && refusals.isEmpty();
    }

    public Optional<Refused> firstRefusal() {
        return refusals.stream().findFirst();
    }
}
