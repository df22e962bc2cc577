package io.thingstead.kit.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256, one digest object per thread.
public final class Sha256 {
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::newDigest);

    private Sha256() {}

    /// A fresh digest, for callers that feed it in pieces.
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static byte[] of(byte[] bytes) {
        return DIGEST.get().digest(bytes);
    }

    public static byte[] of(byte[] a, byte[] b) {
        MessageDigest digest = DIGEST.get();
        digest.update(a);
        return digest.digest(b);
    }

    public static byte[] of(byte[] a, byte[] b, byte[] c) {
        MessageDigest digest = DIGEST.get();
        digest.update(a);
        digest.update(b);
        return digest.digest(c);
    }
}
