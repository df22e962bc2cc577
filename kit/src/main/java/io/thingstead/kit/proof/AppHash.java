package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The one hash that binds all events and all state of a ledger (`docs/formats.md` §7).
public final class AppHash {
    /// The rules of this version.
    public static final int RULES_VERSION = 1;

    private static final byte[] DOMAIN = "thingstead/app/1\0".getBytes(StandardCharsets.US_ASCII);

    private AppHash() {}

    public static byte[] of(int rulesVersion, long eventsSize, byte[] eventsRoot, byte[] stateRoot) {
        return Sha256.of(ByteBuffer.allocate(DOMAIN.length + 12 + 64)
                .put(DOMAIN)
                .putInt(rulesVersion)
                .putLong(eventsSize)
                .put(eventsRoot)
                .put(stateRoot)
                .array());
    }
}
