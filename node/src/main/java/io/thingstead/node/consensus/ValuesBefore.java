package io.thingstead.node.consensus;

import io.thingstead.node.ledger.StateChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The values before a change of the state, of the keys that it changed, in the order of the keys; null where there was
/// none.
final class ValuesBefore {
    private final List<String> keys;
    private final List<byte @Nullable []> values;

    private ValuesBefore(List<String> keys, List<byte @Nullable []> values) {
        this.keys = keys;
        this.values = values;
    }

    /// @param before what the value is that a change overwrites
    static ValuesBefore of(List<StateChange> changes, Function<StateChange, byte @Nullable []> before) {
        List<String> keys = new ArrayList<>(changes.size());
        List<byte @Nullable []> values = new ArrayList<>(changes.size());
        for (StateChange change : changes) {
            keys.add(change.key());
            values.add(before.apply(change));
        }
        return new ValuesBefore(keys, values);
    }

    static ValuesBefore of(SortedMap<String, byte @Nullable []> values) {
        return new ValuesBefore(List.copyOf(values.keySet()), new ArrayList<>(values.values()));
    }

    List<String> keys() {
        return keys;
    }

    String key(int index) {
        return keys.get(index);
    }

    byte @Nullable [] value(int index) {
        return values.get(index);
    }

    /// Where the key stands, negative: it was not changed.
    int find(String key) {
        return Collections.binarySearch(keys, key);
    }

    /// Where the first key stands that is not below this one.
    int from(String key) {
        int found = find(key);
        return found < 0 ? -found - 1 : found;
    }
}
