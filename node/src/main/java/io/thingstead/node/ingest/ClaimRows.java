package io.thingstead.node.ingest;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.api.DeviceClaims.Prepared;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Prepared names as they are kept: each under its code's hash, with a salt of this store, so that who reads the store
/// or a copy of it has no code.
final class ClaimRows {
    private static final byte[] SALT = {0};
    private static final int MOST_NAME = 100;

    private final Store store;
    private final byte[] salt;
    private final Map<Hash, Prepared> rows = new HashMap<>();

    private ClaimRows(Store store, byte[] salt) {
        this.store = store;
        this.salt = salt;
    }

    /// A code's hash, in hex.
    record Hash(String hex) {
        static Hash of(byte[] bytes) {
            return new Hash(HexFormat.of().formatHex(bytes));
        }

        byte[] key() {
            return HexFormat.of().parseHex(hex);
        }
    }

    static ClaimRows open(Store store) {
        byte[] salt = store.get(Column.CLAIM, SALT);
        if (salt == null) {
            salt = ClaimCode.randomSalt();
            store.write(store.newBatch().put(Column.CLAIM, SALT, salt));
        }
        ClaimRows opened = new ClaimRows(store, salt);
        try (var scan = store.scan(Column.CLAIM, new byte[ClaimCode.HASH_BYTES], null)) {
            while (scan.next()) opened.rows.put(Hash.of(scan.key()), decode(scan.value()));
        }
        return opened;
    }

    Hash hash(ClaimCode code) {
        return Hash.of(code.hash(salt));
    }

    int count() {
        return rows.size();
    }

    List<Prepared> all() {
        return List.copyOf(rows.values());
    }

    Optional<Prepared> find(Hash hash) {
        return Optional.ofNullable(rows.get(hash));
    }

    /// Opens a code for a name, in place of the one before.
    void replace(ClaimCode code, Prepared prepared) {
        Hash hash = hash(code);
        Batch batch = store.newBatch();
        var before = of(row -> row.device().equals(prepared.device()));
        before.forEach(old -> batch.delete(Column.CLAIM, old.key()));
        store.write(batch.put(Column.CLAIM, hash.key(), encode(prepared)));
        // Crash point: the code is open and nobody knows it; the next one for the name takes its place.
        before.forEach(rows::remove);
        rows.put(hash, prepared);
    }

    /// @param key null: the code is free again
    Prepared bind(Hash hash, Prepared prepared, @Nullable Thumbprint key) {
        var bound = new Prepared(prepared.device(), prepared.issuedMs(), prepared.expiresMs(), prepared.only(), key);
        if (bound.equals(rows.get(hash))) return bound;
        store.write(store.newBatch().put(Column.CLAIM, hash.key(), encode(bound)));
        rows.put(hash, bound);
        return bound;
    }

    boolean forget(DeviceId device) {
        return forget(row -> row.device().equals(device));
    }

    /// Those whose time has ended.
    void forgetUntil(long nowMs) {
        forget(row -> row.expiresMs() <= nowMs);
    }

    private boolean forget(Predicate<Prepared> which) {
        var gone = of(which);
        if (gone.isEmpty()) return false;
        Batch batch = store.newBatch();
        gone.forEach(hash -> batch.delete(Column.CLAIM, hash.key()));
        store.write(batch);
        gone.forEach(rows::remove);
        return true;
    }

    private List<Hash> of(Predicate<Prepared> which) {
        return rows.entrySet().stream()
                .filter(row -> which.test(row.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static byte[] encode(Prepared prepared) {
        CborWriter out = new CborWriter()
                .array(5)
                .text(prepared.device().value())
                .integer(prepared.issuedMs())
                .integer(prepared.expiresMs());
        write(out, prepared.only());
        write(out, prepared.by());
        return out.toBytes();
    }

    private static void write(CborWriter out, @Nullable Thumbprint key) {
        if (key == null) out.nil();
        else out.bytes(key.bytes());
    }

    private static Prepared decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(5);
        var read = new Prepared(DeviceId.of(in.readText(MOST_NAME)), in.readUint(), in.readUint(), key(in), key(in));
        in.expectEnd();
        return read;
    }

    private static @Nullable Thumbprint key(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return new Thumbprint(in.readBytesOf(32));
    }
}
