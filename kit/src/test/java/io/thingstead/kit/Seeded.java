package io.thingstead.kit;

import java.util.Random;

/// Randomness of a test: prints its seed, and takes it back with `-Dseed=…`.
public final class Seeded {
    private Seeded() {}

    public static Random random(Class<?> test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": seed " + seed + " (again with -Dseed=" + seed + ")");
        return new Random(seed);
    }

    public static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
