package io.thingstead.kit.proof;

import java.io.ByteArrayOutputStream;

/// Writes the few protobuf forms over which CometBFT hashes and signs: fields in ascending order, default values left
/// out, and sub-messages that CometBFT always writes always written.
final class CometBytes {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    CometBytes number(int field, long value) {
        if (value != 0) {
            varint((long) field << 3 | VARINT);
            varint(value);
        }
        return this;
    }

    CometBytes sfixed64(int field, long value) {
        if (value != 0) {
            varint((long) field << 3 | FIXED64);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) out.write((int) (value >>> shift));
        }
        return this;
    }

    CometBytes bytes(int field, byte[] value) {
        return value.length == 0 ? this : always(field, value);
    }

    CometBytes message(int field, CometBytes value) {
        return always(field, value.toBytes());
    }

    private CometBytes always(int field, byte[] value) {
        varint((long) field << 3 | LENGTH);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /// With its length in front.
    byte[] delimited() {
        var whole = new CometBytes();
        whole.varint(out.size());
        whole.out.writeBytes(toBytes());
        return whole.toBytes();
    }

    static CometBytes time(long seconds, long nanos) {
        return new CometBytes().number(1, seconds).number(2, nanos);
    }

    static CometBytes blockId(byte[] hash, long partsTotal, byte[] partsHash) {
        return new CometBytes()
                .bytes(1, hash)
                .message(2, new CometBytes().number(1, partsTotal).bytes(2, partsHash));
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
