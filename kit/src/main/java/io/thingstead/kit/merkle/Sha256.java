package io.thingstead.kit.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 as this package needs it. There is one for each thread; who computes many hashes asks for it once.
final class Sha256 {
    private static final ThreadLocal<Sha256> OF_THREAD = ThreadLocal.withInitial(Sha256::new);
    private static final int HASH_BYTES = 32;

    private final MessageDigest digest;
    /// A prefix and two hashes: most hashes are of a node. One call of the digest costs a fifth less than three.
    private final byte[] joined = new byte[1 + 2 * HASH_BYTES];

    private Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static Sha256 ofThread() {
        return OF_THREAD.get();
    }

    static byte[] of(byte[] bytes) {
        return ofThread().digest.digest(bytes);
    }

    static byte[] of(byte prefix, byte[] bytes) {
        var digest = ofThread().digest;
        digest.update(prefix);
        return digest.digest(bytes);
    }

    static byte[] of(byte prefix, byte[] left, byte[] right) {
        return ofThread().hash(prefix, left, right);
    }

    /// Of the prefix and two hashes.
    byte[] hash(byte prefix, byte[] left, byte[] right) {
        if (left.length != HASH_BYTES || right.length != HASH_BYTES) {
            throw new IllegalArgumentException("a hash has 32 bytes");
        }
        joined[0] = prefix;
        System.arraycopy(left, 0, joined, 1, HASH_BYTES);
        System.arraycopy(right, 0, joined, 1 + HASH_BYTES, HASH_BYTES);
        return digest.digest(joined);
    }

    /// Of the prefix and two hashes that stand in one array.
    byte[] hash(byte prefix, byte[] pair) {
        joined[0] = prefix;
        System.arraycopy(pair, 0, joined, 1, 2 * HASH_BYTES);
        return digest.digest(joined);
    }
}
