package io.thingstead.node.consensus;

import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The ledger's state values as they stand in the store.
record StoredValues(Store store) implements ValueSource {
    @Override
    public byte @Nullable [] get(String key) {
        return store.get(Column.STATE, LedgerRows.utf8(key));
    }

    @Override
    public void scan(String prefix, int limit, BiConsumer<String, byte[]> visitor) {
        scanFrom(prefix, prefix, limit, visitor);
    }

    /// The entries with this prefix from `from` on.
    void scanFrom(String from, String prefix, int limit, BiConsumer<String, byte[]> visitor) {
        byte[] end = LedgerRows.utf8(prefix);
        byte[] to = end.length == 0 ? null : Arrays.copyOf(end, end.length);
        if (to != null) {
            to[to.length - 1]++;
        }
        try (Scan scan = store.scan(Column.STATE, LedgerRows.utf8(from), to)) {
            for (int i = 0; i < limit && scan.next(); i++) {
                visitor.accept(new String(scan.key(), StandardCharsets.UTF_8), scan.value());
            }
        }
    }
}
