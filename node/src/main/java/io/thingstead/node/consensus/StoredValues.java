package io.thingstead.node.consensus;

import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The ledger's state values as they stand in the store: those after the last committed block.
record StoredValues(Store store) implements ValueSource {
    @Override
    public byte @Nullable [] get(String key) {
        return store.get(Column.STATE, StateKeys.bytes(key));
    }

    @Override
    public void range(String from, String to, int limit, BiConsumer<String, byte[]> visitor) {
        try (Scan scan = scan(from, to)) {
            for (int i = 0; i < limit && scan.next(); i++) {
                visitor.accept(key(scan), scan.value());
            }
        }
    }

    Scan scan(String from, String to) {
        return store.scan(Column.STATE, StateKeys.bytes(from), StateKeys.bytes(to));
    }

    static String key(Scan scan) {
        return new String(scan.key(), StandardCharsets.US_ASCII);
    }
}
