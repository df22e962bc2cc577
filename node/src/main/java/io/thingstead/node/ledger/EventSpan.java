package io.thingstead.node.ledger;

/// The events with numbers in `[from, to)`.
public record EventSpan(long from, long to) {
    public EventSpan {
        if (from < 0 || from >= to) {
            throw new IllegalArgumentException("no span of events: " + from + " to " + to);
        }
    }

    public long size() {
        return to - from;
    }
}
