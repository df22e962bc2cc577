package io.thingstead.node.consensus.comet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes protobuf messages (proto3 wire format): fields in ascending order, default values left out. Sub-messages are
/// always written, also empty ones: what CometBFT declares not nullable stands on its wire as a tag with length 0.
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    ProtoWriter number(int field, long value) {
        if (value != 0) {
            tag(field, VARINT);
            varint(value);
        }
        return this;
    }

    ProtoWriter sfixed64(int field, long value) {
        if (value != 0) {
            tag(field, FIXED64);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                out.write((int) (value >>> shift));
            }
        }
        return this;
    }

    ProtoWriter bytes(int field, byte[] value) {
        if (value.length > 0) {
            tag(field, LENGTH);
            varint(value.length);
            out.writeBytes(value);
        }
        return this;
    }

    ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /// An element of a list of bytes, which is written when empty too.
    ProtoWriter element(int field, byte[] value) {
        tag(field, LENGTH);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /// A list of one number, packed.
    ProtoWriter packed(int field, int value) {
        ProtoWriter list = new ProtoWriter();
        list.varint(value);
        return element(field, list.toBytes());
    }

    ProtoWriter message(int field, ProtoWriter value) {
        return element(field, value.toBytes());
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /// The message with its length in front, as it stands in streams and in what votes sign.
    static byte[] delimited(byte[] message) {
        ProtoWriter whole = new ProtoWriter();
        whole.varint(message.length);
        whole.out.writeBytes(message);
        return whole.toBytes();
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
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
