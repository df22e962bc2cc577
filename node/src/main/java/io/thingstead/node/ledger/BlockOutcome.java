package io.thingstead.node.ledger;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a block did: the values that changed (null: removed), the events, and where the ledger stands then.
///
/// @param results one for each transaction that was executed, in order
/// @param split how many results each of the engine's transactions has: a batch one for each transaction in it, none
///     when it was not taken
/// @param validators those who vote from now on, when the block changed that
/// @param validatorUpdates what changed in that, as engines are told: engine keys that came, and with power 0 those
///     that went
/// @param nodes complete subtrees of the tree of events above its leaves that the block completed
public record BlockOutcome(
        Position position,
        SortedMap<String, byte @Nullable []> changes,
        List<Event> events,
        List<EventNode> nodes,
        List<TransactionResult> results,
        List<Integer> split,
        Optional<List<EraRecord.EraMember>> validators,
        List<EraRecord.EraMember> validatorUpdates,
        StateMap state,
        Frontier eventsEdge,
        byte[] appHash) {
    /// A complete subtree of the tree of events.
    public record EventNode(int level, long index, byte[] hash) {}

    public BlockOutcome {
        changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
        events = List.copyOf(events);
        nodes = List.copyOf(nodes);
        results = List.copyOf(results);
        split = List.copyOf(split);
        validators = validators.map(List::copyOf);
        validatorUpdates = List.copyOf(validatorUpdates);
    }
}
