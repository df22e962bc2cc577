package io.thingstead.node.ledger;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Where the values of the ledger's state come from. The keys are those of `docs/formats.md` §7, in their text form,
/// which is ASCII.
public interface ValueSource {
    byte @Nullable [] get(String key);

    /// Gives the entries with keys in `[from, to)`, upwards, at most `limit`.
    void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor);

    /// Gives all entries whose keys start with `prefix`, upwards.
    default void withPrefix(String prefix, BiConsumer<String, byte[]> visitor) {
        range(prefix, prefix + (char) 0x7f, Integer.MAX_VALUE, visitor);
    }
}
