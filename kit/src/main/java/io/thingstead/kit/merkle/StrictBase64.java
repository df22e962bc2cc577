package io.thingstead.kit.merkle;

import java.util.Base64;
import java.util.Optional;

/// Standard base64 in its one canonical form: padded, unused bits zero. Java's decoder alone is lenient on both.
final class StrictBase64 {
    private StrictBase64() {}

    static Optional<byte[]> decode(String text) {
        try {
            var bytes = Base64.getDecoder().decode(text);
            return Base64.getEncoder().encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
