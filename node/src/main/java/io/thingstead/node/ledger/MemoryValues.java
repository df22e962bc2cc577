package io.thingstead.node.ledger;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The values of a ledger's state in memory: for a ledger that is being founded, and for replays. Confined to its
/// owner.
public final class MemoryValues implements ValueSource {
    private final TreeMap<String, byte[]> values;

    public MemoryValues(SortedMap<String, byte[]> values) {
        this.values = new TreeMap<>(values);
    }

    /// Takes over what a block changed.
    public void apply(BlockOutcome outcome) {
        for (StateChange change : outcome.changes()) {
            byte[] value = change.value();
            if (value == null) {
                values.remove(change.key());
            } else {
                values.put(change.key(), value);
            }
        }
    }

    @Override
    public byte @Nullable [] get(String key) {
        return values.get(key);
    }

    @Override
    public void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor) {
        int visited = 0;
        for (var entry : values.subMap(from, to).entrySet()) {
            if (visited++ >= limit) {
                return;
            }
            visitor.accept(entry.getKey(), entry.getValue());
        }
    }
}
