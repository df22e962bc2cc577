package io.thingstead.node.ingest;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A code with which a device claims the name its member prepared: ten letters and digits that are not mistaken for
/// each other (Crockford's base 32), each of five random bits.
record ClaimCode(String letters) {
    static final int LENGTH = 10;
    static final int HASH_BYTES = 32;
    static final int SALT_BYTES = 16;
    private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int MAX_TEXT = 40;
    /// Makes each guess at a stolen hash ten thousand times as dear; 50 bits alone would be searched in a day.
    private static final int ROUNDS = 10_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    static ClaimCode random() {
        StringBuilder letters = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) letters.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        return new ClaimCode(letters.toString());
    }

    static byte[] randomSalt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return salt;
    }

    /// What a person has copied or typed: case, spaces and `-` do not matter, and O is 0, I and L are 1.
    static Optional<ClaimCode> read(String text) {
        if (text.length() > MAX_TEXT) return Optional.empty();
        String letters = text.toUpperCase(Locale.ROOT)
                .replaceAll("[\\s-]", "")
                .replace('O', '0')
                .replaceAll("[IL]", "1");
        return letters.length() == LENGTH && letters.chars().allMatch(c -> LETTERS.indexOf(c) >= 0)
                ? Optional.of(new ClaimCode(letters))
                : Optional.empty();
    }

    /// In two halves, as people read it.
    String text() {
        return letters.substring(0, LENGTH / 2) + "-" + letters.substring(LENGTH / 2);
    }

    /// Under which the code is kept: PBKDF2 (RFC 8018) with HMAC-SHA-256.
    byte[] hash(byte[] salt) {
        try {
            var spec = new PBEKeySpec(letters.toCharArray(), salt, ROUNDS, HASH_BYTES * 8);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        }
    }
}
