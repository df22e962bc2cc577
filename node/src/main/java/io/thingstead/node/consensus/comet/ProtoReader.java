package io.thingstead.node.consensus.comet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a protobuf message field by field (proto3 wire format). Nothing is allocated that the bytes do not hold, and
/// there is no recursion: a caller opens the sub-messages it knows. Malformed bytes throw [ProtoMalformed].
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int MAX_FIELD = (1 << 29) - 1;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int field;
    private int wireType;

    ProtoReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtoReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /// Moves to the next field; its value must be read or skipped before the next call. False at the end.
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        long number = tag >>> 3;
        if (number < 1 || number > MAX_FIELD) {
            throw new ProtoMalformed("field number " + number);
        }
        field = (int) number;
        wireType = (int) (tag & 7);
        return true;
    }

    int field() {
        return field;
    }

    long number() {
        expect(VARINT);
        return varint();
    }

    int int32() {
        return (int) number();
    }

    byte[] bytes() {
        int length = length();
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    byte[] bytes(int max) {
        byte[] value = bytes();
        if (value.length > max) {
            throw new ProtoMalformed("field " + field + " has over " + max + " bytes");
        }
        return value;
    }

    String text(int max) {
        return new String(bytes(max), StandardCharsets.UTF_8);
    }

    ProtoReader message() {
        int length = length();
        at += length;
        return new ProtoReader(bytes, at - length, at);
    }

    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case LENGTH -> advance(length());
            case FIXED32 -> advance(4);
            default -> throw new ProtoMalformed("wire type " + wireType);
        }
    }

    private int length() {
        expect(LENGTH);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new ProtoMalformed("field " + field + " is longer than its message");
        }
        return (int) length;
    }

    private void expect(int wanted) {
        if (wireType != wanted) {
            throw new ProtoMalformed("field " + field + " has wire type " + wireType + ", not " + wanted);
        }
    }

    private void advance(int count) {
        if (count > end - at) {
            throw new ProtoMalformed("field " + field + " ends early");
        }
        at += count;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw new ProtoMalformed("a number ends early");
            }
            byte b = bytes[at++];
            if (shift == 63 && (b & 0x7f) > 1) {
                throw new ProtoMalformed("a number over 64 bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ProtoMalformed("a number over 64 bits");
    }
}
