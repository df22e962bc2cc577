package io.thingstead.node.api;

import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event of the ledger in the HTTP interface.
///
/// @param transaction identity of the one that caused it; absent where the block told it of its own accord
/// @param alone the member whose word alone it is; absent where several members agreed on it
/// @param leaf the event's bytes in the tree of events, in hex; where one event is asked for
record EventJson(
        long number,
        long era,
        long height,
        long time,
        String type,
        String words,
        List<String> subjects,
        @Nullable String transaction,
        @Nullable String alone,
        @Nullable String leaf) {
    static EventJson of(Event event, LedgerReader ledger) {
        return of(event, ledger, null);
    }

    static EventJson withLeaf(Event event, LedgerReader ledger) {
        return of(event, ledger, HexFormat.of().formatHex(event.leaf()));
    }

    private static EventJson of(Event event, LedgerReader ledger, @Nullable String leaf) {
        return new EventJson(
                event.number(),
                event.era(),
                event.height(),
                event.blockTime(),
                event.type().label(),
                event.inWords(),
                event.subjects(),
                event.isOfBlock() ? null : HexFormat.of().formatHex(event.transaction()),
                alone(ledger.era(event.era())),
                leaf);
    }

    /// The member whose word alone an era is, or null.
    static @Nullable String alone(EraRecord era) {
        return era.isSolo() ? era.members().getFirst().member().value() : null;
    }
}
