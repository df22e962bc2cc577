package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A member's own keys, one for each purpose, made on its machine at the first start and kept in files that only the
/// node's user may read.
public final class MemberKeys {
    private static final List<KeyRole> ROLES = List.of(
            KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST, KeyRole.TLS, KeyRole.PEER);

    private static final List<KeyRole> OF_THE_NETWORK = List.of(KeyRole.TLS, KeyRole.PEER);

    private final Map<KeyRole, SigningKey> keys;

    private MemberKeys(Map<KeyRole, SigningKey> keys) {
        this.keys = Collections.unmodifiableMap(keys);
    }

    /// The keys in this folder, all of which must be there: the ledger knows them, and others would sign in vain. Those
    /// of
    /// the network between members are made where they are missing: a member that was alone so far has none.
    ///
    /// Throws `UncheckedIOException` when one is missing.
    public static MemberKeys open(Path folder) {
        Map<KeyRole, SigningKey> keys = new EnumMap<>(KeyRole.class);
        if (OF_THE_NETWORK.stream().noneMatch(role -> Files.exists(file(folder, role)))) {
            OF_THE_NETWORK.forEach(
                    role -> SigningKey.generate(Algorithm.ED25519).save(file(folder, role)));
        }
        for (KeyRole role : ROLES) {
            Path file = file(folder, role);
            if (!Files.exists(file)) {
                throw new UncheckedIOException(
                        "the member's key " + file
                                + " is missing: restore it from a copy; the ledger knows that key and"
                                + " takes no other in its place",
                        new NoSuchFileException(file.toString()));
            }
            keys.put(role, SigningKey.load(file));
        }
        return new MemberKeys(keys);
    }

    private static Path file(Path folder, KeyRole role) {
        return folder.resolve(role.label() + ".pem");
    }

    /// The keys in this folder; those that are missing are made. For a member that no ledger knows yet: a crash on the
    /// way leaves some, and the next start makes the others.
    public static MemberKeys openOrCreate(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder for keys " + folder, e);
        }
        for (KeyRole role : ROLES) {
            if (!Files.exists(file(folder, role))) {
                SigningKey.generate(Algorithm.ED25519).save(file(folder, role));
            }
        }
        return open(folder);
    }

    static MemberKeys of(Map<KeyRole, SigningKey> keys) {
        return new MemberKeys(new EnumMap<>(keys));
    }

    /// Keys that live in memory only.
    public static MemberKeys generate() {
        Map<KeyRole, SigningKey> keys = new EnumMap<>(KeyRole.class);
        ROLES.forEach(role -> keys.put(role, SigningKey.generate(Algorithm.ED25519)));
        return new MemberKeys(keys);
    }

    public SigningKey of(KeyRole role) {
        return Objects.requireNonNull(keys.get(role), "a member has no key for " + role.label());
    }

    /// All keys, by what they are for.
    public Map<KeyRole, SigningKey> all() {
        return keys;
    }
}
