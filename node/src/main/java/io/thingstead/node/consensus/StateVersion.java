package io.thingstead.node.consensus;

import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.storage.Scan;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The ledger's values after one block, readable on while later blocks overwrite them in the store: a later block first
/// says here what it is about to overwrite. Versions point forward only, so that one nobody reads any more is freed.
///
/// Read by any thread; `supersede` is called by the engine's thread, before the store is written.
final class StateVersion implements ValueSource {
    private final StoredValues stored;
    private volatile @Nullable Step next;

    /// What the values were that the next version changed (null: there was none).
    private record Step(ValuesBefore before, StateVersion version) {}

    StateVersion(StoredValues stored) {
        this.stored = stored;
    }

    /// The version after this one, which is about to be written.
    StateVersion supersede(ValuesBefore before) {
        StateVersion version = new StateVersion(stored);
        next = new Step(before, version);
        return version;
    }

    @Override
    public byte @Nullable [] get(String key) {
        StateVersion at = this;
        while (true) {
            Step step = at.next;
            if (step == null) {
                byte[] value = stored.get(key);
                if (at.next == null) {
                    return value;
                }
                // A block was written meanwhile: look again at what it says it overwrote.
                continue;
            }
            int changed = step.before.find(key);
            if (changed >= 0) {
                return step.before.value(changed);
            }
            at = step.version;
        }
    }

    @Override
    public void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor) {
        // The scan sees the store as it is now; whatever is written in it was announced in the steps before, so
        // reading the steps after opening the scan misses none.
        try (Scan scan = stored.scan(from, to)) {
            NavigableMap<String, byte @Nullable []> before = before(from, to);
            int visited = 0;
            while (visited < limit && scan.next()) {
                String key = StoredValues.key(scan);
                visited += visitBelow(key, before, limit - visited, visitor);
                if (visited < limit) {
                    boolean changed = before.containsKey(key);
                    byte[] value = changed ? before.remove(key) : scan.value();
                    if (value != null) {
                        visitor.accept(key, value);
                        visited++;
                    }
                }
            }
            visitBelow(to, before, limit - visited, visitor);
        }
    }

    /// Visits, and removes, what was deleted from the store since: keys below `key` that the scan did not give.
    private static int visitBelow(
            String key, NavigableMap<String, byte @Nullable []> before, int limit, BiConsumer<String, byte[]> visitor) {
        int visited = 0;
        while (visited < limit && !before.isEmpty() && before.firstKey().compareTo(key) < 0) {
            var gone = before.pollFirstEntry();
            if (gone.getValue() != null) {
                visitor.accept(gone.getKey(), gone.getValue());
                visited++;
            }
        }
        return visited;
    }

    private NavigableMap<String, byte @Nullable []> before(String from, String to) {
        NavigableMap<String, byte @Nullable []> before = new TreeMap<>();
        for (Step step = next; step != null; step = step.version.next) {
            int end = step.before.from(to);
            for (int i = step.before.from(from); i < end; i++) {
                // What an earlier step says of a key counts, also that there was none.
                if (!before.containsKey(step.before.key(i))) {
                    before.put(step.before.key(i), step.before.value(i));
                }
            }
        }
        return before;
    }
}
