package io.thingstead.kit.crypto;

import java.util.Base64;
import java.util.Optional;

/// Base64url without padding (RFC 4648 §5) in its one canonical form. Java's decoder alone would take padding and stray
/// bits.
public final class Base64Url {
    private Base64Url() {}

    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
