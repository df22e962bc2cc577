package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;

/// The ranges of events that are not here yet: a snapshot brings the state, and the events before it follow later.
///
/// @param gaps upwards
record EventGaps(List<EventSpan> gaps) {
    private static final int MAX_GAPS = 100_000;

    EventGaps {
        gaps = List.copyOf(gaps);
    }

    /// @param size how many events the ledger has
    static EventGaps of(Store store, long size) {
        byte[] value = store.get(Column.META, LedgerRows.EVENT_GAPS);
        if (value == null) {
            // A folder from before gaps were written down: what a founder took over from the first one is missing.
            EventGaps none = new EventGaps(List.of());
            return none.with(0, new StoredEvents(store).first().orElse(size));
        }
        CborReader in = CborReader.strict(value);
        int count = in.readArray(MAX_GAPS);
        List<EventSpan> gaps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            gaps.add(new EventSpan(in.readUint(), in.readUint()));
        }
        in.expectEnd();
        return new EventGaps(gaps);
    }

    /// With one more at the end, where there is one.
    EventGaps with(long from, long to) {
        if (from >= to) {
            return this;
        }
        List<EventSpan> more = new ArrayList<>(gaps);
        more.add(new EventSpan(from, to));
        return new EventGaps(more);
    }

    /// Without the events `[from, to)`, which are here now.
    EventGaps without(long from, long to) {
        EventGaps left = new EventGaps(List.of());
        for (EventSpan gap : gaps) {
            left = left.with(gap.from(), Math.min(gap.to(), from)).with(Math.max(gap.from(), to), gap.to());
        }
        return left;
    }

    void put(Batch batch) {
        CborWriter out = new CborWriter(16 + 20 * gaps.size()).array(gaps.size());
        gaps.forEach(gap -> out.array(2).integer(gap.from()).integer(gap.to()));
        batch.put(Column.META, LedgerRows.EVENT_GAPS, out.toBytes());
    }
}
