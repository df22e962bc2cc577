package io.thingstead.node.ledger;

import io.thingstead.kit.merkle.StateMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The kept values behind a memory of those that were asked for or changed lately, and of keys that had none. What is
/// not in the authenticated map is not kept either, so only entries that are there, and were not used lately, are read
/// from where they are kept. The memory changes no answer, only its speed.
///
/// Two generations bound it: what was not used since the older one was young goes with it.
final class KnownValues implements ValueSource {
    private static final int GENERATION = 10_000;
    private static final int MAX_BYTES = 1_024;
    /// Stands for a value that is not there. No value is empty: each is a det-CBOR item.
    private static final byte[] ABSENT = {};

    private final ValueSource kept;
    private Map<String, byte[]> young = new LinkedHashMap<>();
    private Map<String, byte[]> old = new LinkedHashMap<>();
    private StateMap state;

    /// @param state the authenticated map over the kept values
    KnownValues(ValueSource kept, StateMap state) {
        this.kept = kept;
        this.state = state;
    }

    @Override
    public byte @Nullable [] get(String key) {
        byte[] value = young.get(key);
        if (value == null) {
            byte[] before = old.get(key);
            value = before == null ? look(key) : before;
            // What was seen is asked for again only by who repeats it.
            if (!key.startsWith(StateKeys.SEEN)) {
                remember(key, value);
            }
        }
        return value.length == 0 ? null : value;
    }

    private byte[] look(String key) {
        if (!state.contains(StateKeys.bytes(key))) {
            return ABSENT;
        }
        byte[] value = kept.get(key);
        if (value == null) {
            throw new IllegalStateException("the state map has an entry whose value is not kept: " + key);
        }
        return value;
    }

    @Override
    public void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor) {
        kept.range(from, to, limit, visitor);
    }

    /// Takes over what a block changed.
    void accept(BlockOutcome outcome) {
        state = outcome.state();
        for (StateChange change : outcome.changes()) {
            byte[] value = change.value();
            if (!change.key().startsWith(StateKeys.SEEN)) {
                remember(change.key(), value == null ? ABSENT : value);
            }
        }
    }

    private void remember(String key, byte[] value) {
        if (value.length > MAX_BYTES) {
            young.remove(key);
            old.remove(key);
            return;
        }
        young.put(key, value);
        if (young.size() >= GENERATION) {
            old = young;
            young = new LinkedHashMap<>();
        }
    }
}
