package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Keys that come from names, so that two runs of a test sign the same.
public final class NamedKeys {
    private static final List<KeyRole> ROLES = List.of(
            KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST, KeyRole.TLS, KeyRole.PEER);

    private NamedKeys() {}

    public static SigningKey key(String name) {
        return SigningKey.fromSecret(Algorithm.ED25519, Sha256.of(("key of " + name).getBytes(StandardCharsets.UTF_8)));
    }

    public static MemberKeys of(MemberId member) {
        Map<KeyRole, SigningKey> keys = new EnumMap<>(KeyRole.class);
        ROLES.forEach(role -> keys.put(role, key(member + " " + role.label())));
        return MemberKeys.of(keys);
    }
}
