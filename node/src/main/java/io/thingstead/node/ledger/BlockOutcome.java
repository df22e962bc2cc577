package io.thingstead.node.ledger;

import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.StateMap;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a block did: the values that changed (null: removed), the events, and where the ledger stands then.
///
/// @param nodes complete subtrees of the tree of events above its leaves that the block completed
public record BlockOutcome(
        Position position,
        SortedMap<String, byte @Nullable []> changes,
        List<Event> events,
        List<EventNode> nodes,
        List<TransactionResult> results,
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
    }
}
