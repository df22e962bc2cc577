package io.thingstead.node.ledger;

import java.util.List;

/// A block that has just been certified: where the ledger stands now, and what happened in it.
public record CommittedBlock(LedgerHead head, List<Event> events) {
    public CommittedBlock {
        events = List.copyOf(events);
    }
}
