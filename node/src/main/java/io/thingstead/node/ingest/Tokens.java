package io.thingstead.node.ingest;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Access tokens of devices that cannot sign. Only a token's hash is kept, so that neither the store nor a backup of it
/// lets anyone send as a device. Tokens are random, so a plain hash of one cannot be turned back.
public final class Tokens {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 24;
    private static final int MOST_LENGTH = 128;
    private static final int ID_DIGITS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Store store;
    private final ConcurrentHashMap<Hash, Issued> issued = new ConcurrentHashMap<>();

    private Tokens(Store store) {
        this.store = store;
    }

    /// The hash of a token, in hex.
    public record Hash(String hex) {
        public static Hash of(String token) {
            return new Hash(HexFormat.of().formatHex(Sha256.of(token.getBytes(StandardCharsets.UTF_8))));
        }

        private byte[] key() {
            return HexFormat.of().parseHex(hex);
        }
    }

    /// A token that is in force, without the token.
    ///
    /// @param id names it in lists and for revoking: the first digits of its hash
    public record Issued(String id, DeviceId device, long issuedMs) {}

    /// The tokens in the store.
    public static Tokens open(Store store) {
        Tokens tokens = new Tokens(store);
        try (var scan = store.scan(Column.TOKEN, new byte[0], null)) {
            while (scan.next()) {
                Hash hash = new Hash(HexFormat.of().formatHex(scan.key()));
                tokens.issued.put(hash, decode(hash, scan.value()));
            }
        }
        return tokens;
    }

    /// A new token for the device, told this once.
    public String issue(DeviceId device, long nowMs) {
        StringBuilder token = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            token.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        Hash hash = Hash.of(token.toString());
        byte[] value =
                new CborWriter().array(2).text(device.value()).integer(nowMs).toBytes();
        store.write(store.newBatch().put(Column.TOKEN, hash.key(), value));
        // Crash point: the token is in force and nobody knows it; it is listed, and can be revoked.
        issued.put(hash, decode(hash, value));
        return token.toString();
    }

    /// Whose token it is, if it is in force.
    public Optional<DeviceId> device(String token) {
        return token.isEmpty() || token.length() > MOST_LENGTH ? Optional.empty() : device(Hash.of(token));
    }

    /// The same, for connections that keep the hash only.
    public Optional<DeviceId> device(Hash hash) {
        return Optional.ofNullable(issued.get(hash)).map(Issued::device);
    }

    /// All tokens in force, oldest first.
    public List<Issued> list() {
        return issued.values().stream()
                .sorted(Comparator.comparingLong(Issued::issuedMs).thenComparing(Issued::id))
                .toList();
    }

    public List<Issued> list(DeviceId device) {
        return list().stream().filter(token -> token.device().equals(device)).toList();
    }

    /// From now on nothing is accepted with this token, over open connections neither.
    public boolean revoke(String id) {
        Optional<Hash> hash = issued.keySet().stream()
                .filter(known -> id.length() == ID_DIGITS && known.hex().startsWith(id))
                .findFirst();
        hash.ifPresent(known -> {
            store.write(store.newBatch().delete(Column.TOKEN, known.key()));
            issued.remove(known);
        });
        return hash.isPresent();
    }

    private static Issued decode(Hash hash, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        Issued read = new Issued(hash.hex().substring(0, ID_DIGITS), DeviceId.of(in.readText(100)), in.readUint());
        in.expectEnd();
        return read;
    }
}
