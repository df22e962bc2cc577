package io.thingstead.node.log;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Salts for leaves, drawn many at a time: asking the system's generator costs more than the bytes do.
/// Confined to the sequencer's thread.
final class Salts {
    private static final int AT_ONCE = 256;

    private final RandomGenerator random;
    private final byte[] drawn = new byte[AT_ONCE * Entries.SALT_BYTES];
    private int used = drawn.length;

    /// @param random a cryptographic generator: whoever guesses a salt can test guesses at an erased content
    Salts(RandomGenerator random) {
        this.random = random;
    }

    byte[] next() {
        if (used == drawn.length) {
            random.nextBytes(drawn);
            used = 0;
        }
        var salt = Arrays.copyOfRange(drawn, used, used + Entries.SALT_BYTES);
        used += Entries.SALT_BYTES;
        return salt;
    }
}
