package io.thingstead.kit.model;

import java.util.Arrays;

/// A key's identity: the RFC 9679 thumbprint, SHA-256 of its COSE_Key. The array is the value's own: nobody changes it.
public record Thumbprint(byte[] bytes) implements Comparable<Thumbprint> {
    public Thumbprint {
        Bytes32.checked(bytes, "a thumbprint");
    }

    public static Thumbprint ofHex(String hex) {
        return new Thumbprint(Bytes32.parse(hex, "a thumbprint"));
    }

    public String hex() {
        return Bytes32.hex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Thumbprint that && Bytes32.same(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    @Override
    public int compareTo(Thumbprint other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
