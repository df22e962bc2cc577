package io.thingstead.kit.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 as this package needs it: one digest object per thread, so that hashing a tree allocates only its results.
final class Sha256 {
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(() -> {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    });

    private Sha256() {}

    static byte[] of(byte[] bytes) {
        return DIGEST.get().digest(bytes);
    }

    static byte[] of(byte prefix, byte[] bytes) {
        var digest = DIGEST.get();
        digest.update(prefix);
        return digest.digest(bytes);
    }

    static byte[] of(byte prefix, byte[] left, byte[] right) {
        var digest = DIGEST.get();
        digest.update(prefix);
        digest.update(left);
        return digest.digest(right);
    }
}
