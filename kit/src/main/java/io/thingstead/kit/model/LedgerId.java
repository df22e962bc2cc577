package io.thingstead.kit.model;

import java.util.Arrays;

/// A ledger's identity: 32 random bytes, fixed for ever. The array is the value's own: nobody changes it.
public record LedgerId(byte[] bytes) implements Comparable<LedgerId> {
    public LedgerId {
        Bytes32.checked(bytes, "a ledger id");
    }

    public static LedgerId ofHex(String hex) {
        return new LedgerId(Bytes32.parse(hex, "a ledger id"));
    }

    public String hex() {
        return Bytes32.hex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LedgerId that && Bytes32.same(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    @Override
    public int compareTo(LedgerId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
