package io.thingstead.node.people;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/// What opens something and is told once: a link, a session's cookie, an API key. Only its hash is kept, so that
/// neither
/// the store nor a backup of it opens anything. It is random, so a plain hash of it cannot be turned back.
final class Secret {
    private static final int BYTES = 32;
    private static final int MOST_LENGTH = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secret() {}

    /// @param prefix tells people and scanners for leaked secrets what it is
    static String make(String prefix) {
        return prefix + Base64Url.encode(random(BYTES));
    }

    static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    /// The hash of what somebody says is a secret, in hex.
    static String hash(String secret) {
        // longer than any secret is: nothing has the hash of that
        var text = secret.length() <= MOST_LENGTH ? secret : "";
        return HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
