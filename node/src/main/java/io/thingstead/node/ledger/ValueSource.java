package io.thingstead.node.ledger;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Where the values of the ledger's state come from. The keys are those of `docs/formats.md` §7, in their text form.
public interface ValueSource {
    byte @Nullable [] get(String key);

    /// Gives the entries whose keys start with `prefix`, upwards, until `visitor` has seen `limit` of them.
    void scan(String prefix, int limit, BiConsumer<String, byte[]> visitor);
}
