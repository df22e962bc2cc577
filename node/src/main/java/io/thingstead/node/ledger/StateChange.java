package io.thingstead.node.ledger;

import org.jspecify.annotations.Nullable;

/// One entry of the state that a block changes. The arrays are the object's own: nobody changes them.
///
/// @param keyBytes the key's bytes, made once for the state map and for the store
/// @param value from now on, null: the entry is removed
public record StateChange(String key, byte[] keyBytes, byte @Nullable [] value) implements Comparable<StateChange> {
    StateChange(String key, byte @Nullable [] value) {
        this(key, StateKeys.bytes(key), value);
    }

    /// In the order of the keys.
    @Override
    public int compareTo(StateChange other) {
        return key.compareTo(other.key);
    }
}
