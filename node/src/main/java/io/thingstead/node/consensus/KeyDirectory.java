package io.thingstead.node.consensus;

import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValueSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Key records by key hint, prepared for verification and kept in memory as long as they are in use: the way in of
/// each frame asks for one. Two generations bound the memory: what was not asked for since the older one was young
/// goes with it, and is prepared again when asked for.
final class KeyDirectory {
    private static final HexFormat HEX = HexFormat.of();
    private static final int HINT_DIGITS = 16;

    private final int generationSize;
    private final KeyHints hints = new KeyHints();
    private volatile ConcurrentHashMap<Long, List<KeyRecord>> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<Long, List<KeyRecord>> old = new ConcurrentHashMap<>();

    KeyDirectory(int maxPrepared) {
        this.generationSize = maxPrepared / 2;
    }

    /// Makes a key known, by its state key.
    void add(String stateKey) {
        hints.add(hint(stateKey));
    }

    /// Forgets what was prepared of changed keys. Called after the changed values are what `values` gives: a reader
    /// that prepares the old value at this moment holds the entry's lock, and its entry is removed after it.
    synchronized void changed(Iterable<String> stateKeys) {
        for (String stateKey : stateKeys) {
            if (stateKey.startsWith(StateKeys.KEYS)) {
                hints.add(hint(stateKey));
                // The old generation first: a reader moves entries from there to the young one.
                old.remove(hint(stateKey));
                young.remove(hint(stateKey));
            }
        }
    }

    /// All keys with this hint, from `values`, which gives the newest certified ones.
    List<KeyRecord> byHint(long hint, Supplier<? extends ValueSource> values) {
        List<KeyRecord> known = young.get(hint);
        if (known != null) {
            return known;
        }
        if (!hints.mayContain(hint)) {
            return List.of();
        }
        ConcurrentHashMap<Long, List<KeyRecord>> into = young;
        List<KeyRecord> found = into.computeIfAbsent(hint, h -> {
            List<KeyRecord> before = old.get(h);
            return before != null ? before : prepare(h, values.get());
        });
        if (into.mappingCount() > generationSize) {
            turn();
        }
        return found;
    }

    /// How many keys are prepared.
    long prepared() {
        return young.mappingCount() + old.mappingCount();
    }

    private static List<KeyRecord> prepare(long hint, ValueSource values) {
        List<KeyRecord> found = new ArrayList<>(1);
        values.withPrefix(StateKeys.KEYS + HEX.toHexDigits(hint), (_, value) -> found.add(KeyRecord.decode(value)));
        return List.copyOf(found);
    }

    private synchronized void turn() {
        if (young.mappingCount() > generationSize) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }

    private static long hint(String stateKey) {
        int from = StateKeys.KEYS.length();
        return HexFormat.fromHexDigitsToLong(stateKey, from, from + HINT_DIGITS);
    }
}
