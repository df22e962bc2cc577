package io.thingstead.kit.model;

import java.util.Arrays;
import java.util.HexFormat;

/// Exactly 32 bytes with value equality. The array is the value's own: callers do not change it.
final class Bytes32 {
    private Bytes32() {}

    static byte[] checked(byte[] bytes, String what) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException(what + " has 32 bytes, not " + bytes.length);
        }
        return bytes;
    }

    static byte[] parse(String hex, String what) {
        return checked(HexFormat.of().parseHex(hex), what);
    }

    static boolean same(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
