package io.thingstead.kit.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes det-CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths. Map keys are written in the order of the calls;
/// the caller writes them in bytewise order of their encodings.
public final class CborWriter {
    private byte[] bytes;
    private int size;

    public CborWriter() {
        this(128);
    }

    public CborWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// As [#toBytes], and begins anew: one writer for many small items grows once.
    public byte[] take() {
        byte[] taken = toBytes();
        size = 0;
        return taken;
    }

    /// As [#toBytes], for a writer that is not used again: no copy where the capacity was foretold exactly.
    byte[] finish() {
        return bytes.length == size ? bytes : toBytes();
    }

    /// How many bytes the head of a byte string of `length` bytes has.
    static int bytesHeadSize(int length) {
        return length < 24 ? 1 : length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 5;
    }

    public int size() {
        return size;
    }

    public CborWriter array(int count) {
        return head(CborReader.ARRAY, count);
    }

    public CborWriter map(int count) {
        return head(CborReader.MAP, count);
    }

    public CborWriter integer(long value) {
        return value >= 0 ? head(CborReader.UINT, value) : head(CborReader.NEGINT, -1 - value);
    }

    public CborWriter bytes(byte[] value) {
        return bytesHead(value.length).raw(value);
    }

    /// The head of a byte string whose `length` bytes the caller writes next.
    CborWriter bytesHead(int length) {
        return head(CborReader.BYTES, length);
    }

    public CborWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(CborReader.TEXT, utf8.length);
        return raw(utf8);
    }

    public CborWriter bool(boolean value) {
        return one(value ? 0xf5 : 0xf4);
    }

    public CborWriter nil() {
        return one(0xf6);
    }

    /// A half float, which det-CBOR does not have: for SenML.
    public CborWriter half(short value) {
        return one(0xf9).fixed(value, 2);
    }

    public CborWriter single(float value) {
        return one(0xfa).fixed(Float.floatToIntBits(value), 4);
    }

    public CborWriter real(double value) {
        return one(0xfb).fixed(Double.doubleToLongBits(value), 8);
    }

    /// Bytes that are CBOR already.
    public CborWriter raw(byte[] encoded) {
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
        return this;
    }

    private CborWriter head(int major, long argument) {
        int top = major << 5;
        if (argument < 24) {
            return one(top | (int) argument);
        }
        if (argument < 0x100) {
            return one(top | 24).fixed(argument, 1);
        }
        if (argument < 0x1_0000) {
            return one(top | 25).fixed(argument, 2);
        }
        if (argument < 0x1_0000_0000L) {
            return one(top | 26).fixed(argument, 4);
        }
        return one(top | 27).fixed(argument, 8);
    }

    private CborWriter one(int b) {
        room(1);
        bytes[size++] = (byte) b;
        return this;
    }

    private CborWriter fixed(long value, int width) {
        room(width);
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
