package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Binds all events and all state in one hash, which the members' certificate signs (`docs/formats.md` §7).
public final class AppHash {
    public static final int RULES_VERSION = 1;

    private static final byte[] DOMAIN = "thingstead/app/1\0".getBytes(StandardCharsets.US_ASCII);

    private AppHash() {}

    public static byte[] of(long eventsSize, byte[] eventsRoot, byte[] stateRoot) {
        ByteBuffer bytes = ByteBuffer.allocate(DOMAIN.length + 4 + 8 + 32 + 32)
                .put(DOMAIN)
                .putInt(RULES_VERSION)
                .putLong(eventsSize)
                .put(eventsRoot)
                .put(stateRoot);
        return Sha256.of(bytes.array());
    }
}
