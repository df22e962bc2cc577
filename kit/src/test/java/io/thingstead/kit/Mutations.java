package io.thingstead.kit;

import java.util.Arrays;
import java.util.Random;

/// Hostile variants of good bytes, as fuzz tests send them.
public final class Mutations {
    private static final int[] HEADS = {
        0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x3b, 0x40, 0x58, 0x5a, 0x5b, 0x5f, 0x60, 0x7b, 0x7f,
        0x80, 0x9a, 0x9b, 0x9f, 0xa0, 0xba, 0xbb, 0xbf, 0xc0, 0xd2, 0xdb, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff
    };

    private Mutations() {}

    /// One to four small changes: flipped bits, CBOR heads, cuts, insertions, repetitions.
    public static byte[] of(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = one(bytes, random);
        }
        return bytes;
    }

    private static byte[] one(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return Seeded.bytes(random, 1 + random.nextInt(8));
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) HEADS[random.nextInt(HEADS.length)];
            case 2 -> bytes[at] = (byte) random.nextInt(256);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return insert(bytes, at, Seeded.bytes(random, 1 + random.nextInt(9)));
            }
            default -> {
                int to = at + random.nextInt(Math.min(40, bytes.length - at) + 1);
                return insert(bytes, at, Arrays.copyOfRange(bytes, at, to));
            }
        }
        return bytes;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        return longer;
    }
}
