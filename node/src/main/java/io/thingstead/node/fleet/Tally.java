package io.thingstead.node.fleet;

import java.util.EnumMap;
import java.util.Map;

/// How many there are of each of a few kinds.
final class Tally<E extends Enum<E>> {
    private final Class<E> type;
    private final long[] counts;

    Tally(Class<E> type) {
        this.type = type;
        this.counts = new long[type.getEnumConstants().length];
    }

    @SuppressWarnings("EnumOrdinal") // a million times a second, and never kept
    void count(E one) {
        counts[one.ordinal()]++;
    }

    /// Of all kinds, in their order; also of those of which there is none.
    Map<E, Long> all() {
        var all = new EnumMap<E, Long>(type);
        int at = 0;
        for (E each : type.getEnumConstants()) all.put(each, counts[at++]);
        return all;
    }
}
