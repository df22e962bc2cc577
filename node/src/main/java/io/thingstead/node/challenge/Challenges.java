package io.thingstead.node.challenge;

import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Challenges for whoever is to sign something now, devices without a clock and passkeys: each is good for two minutes,
/// once. A challenge carries its time under a key of this process, so giving one out costs no memory; only those that a
/// registered key has signed are remembered until they would have expired.
public final class Challenges {
    public static final long VALID_MS = 120_000;

    private static final int RANDOM_BYTES = 16;
    private static final int PLAIN_BYTES = RANDOM_BYTES + Long.BYTES;
    private static final int MAC_BYTES = 16;
    private static final int SWEEP_AT = 1_000;

    private final LongSupplier clockMs;
    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec secret;
    private final ConcurrentHashMap<String, Long> used = new ConcurrentHashMap<>();

    public Challenges(LongSupplier clockMs) {
        this.clockMs = clockMs;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.secret = new SecretKeySpec(key, "HmacSHA256");
    }

    public byte[] issue() {
        byte[] nonce = new byte[RANDOM_BYTES];
        random.nextBytes(nonce);
        byte[] plain = ByteBuffer.allocate(PLAIN_BYTES)
                .put(nonce)
                .putLong(clockMs.getAsLong())
                .array();
        byte[] challenge = Arrays.copyOf(plain, PLAIN_BYTES + MAC_BYTES);
        System.arraycopy(mac(plain), 0, challenge, PLAIN_BYTES, MAC_BYTES);
        return challenge;
    }

    /// Whether the challenge is open; it is not any more after this. Ask only for what a registered key signed.
    public boolean take(byte[] challenge) {
        if (challenge.length != PLAIN_BYTES + MAC_BYTES) {
            return false;
        }
        byte[] plain = Arrays.copyOf(challenge, PLAIN_BYTES);
        byte[] mac = Arrays.copyOfRange(challenge, PLAIN_BYTES, challenge.length);
        long now = clockMs.getAsLong();
        long issuedMs = ByteBuffer.wrap(plain, RANDOM_BYTES, Long.BYTES).getLong();
        if (!MessageDigest.isEqual(mac, Arrays.copyOf(mac(plain), MAC_BYTES)) || Math.abs(now - issuedMs) > VALID_MS) {
            return false;
        }
        if (used.size() >= SWEEP_AT) {
            used.values().removeIf(at -> Math.abs(now - at) > VALID_MS);
        }
        return used.putIfAbsent(HexFormat.of().formatHex(Sha256.of(challenge)), issuedMs) == null;
    }

    private byte[] mac(byte[] plain) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return mac.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
