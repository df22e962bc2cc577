package io.thingstead.node.ledger;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a block did: the entries that changed, the events, and where the ledger stands then.
///
/// @param changes in the order of their keys, each once
/// @param results one for each transaction that was executed, in order
/// @param split how many results each of the engine's transactions has: a batch one for each transaction in it, none
///     when it was not taken
/// @param validators those who vote from now on, when the block changed that
/// @param validatorUpdates what changed in that, as engines are told: engine keys that came, and with power 0 those
///     that went
/// @param leaves the events' leaves, in order
/// @param nodes complete subtrees of the tree of events that the block completed, from [#KEPT_FROM_LEVEL] on
public record BlockOutcome(
        Position position,
        List<StateChange> changes,
        List<Event> events,
        List<byte[]> leaves,
        List<EventNode> nodes,
        List<TransactionResult> results,
        List<Integer> split,
        Optional<List<EraRecord.EraMember>> validators,
        List<EraRecord.EraMember> validatorUpdates,
        StateMap state,
        Frontier eventsEdge,
        byte[] appHash) {
    /// The subtrees below are many and small: whoever asks for one computes it from its leaves.
    public static final int KEPT_FROM_LEVEL = 4;

    /// A complete subtree of the tree of events.
    public record EventNode(int level, long index, byte[] hash) {}

    public BlockOutcome {
        changes = List.copyOf(changes);
        events = List.copyOf(events);
        leaves = List.copyOf(leaves);
        nodes = List.copyOf(nodes);
        results = List.copyOf(results);
        split = List.copyOf(split);
        validators = validators.map(List::copyOf);
        validatorUpdates = List.copyOf(validatorUpdates);
    }

    /// The value that the block put at this key, or null.
    public byte @Nullable [] changed(String key) {
        int at = Collections.binarySearch(changes, new StateChange(key, null));
        return at < 0 ? null : changes.get(at).value();
    }
}
