package io.thingstead.node.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Writes a row: numbers in groups of seven bits, lowest first, so that small ones take one byte.
final class VarWriter {
    private final ByteBuffer out;

    /// @param most at least the bytes that will be written
    VarWriter(int most) {
        out = ByteBuffer.allocate(most);
    }

    VarWriter put(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
        return this;
    }

    VarWriter putLong(long value) {
        out.putLong(value);
        return this;
    }

    VarWriter put(byte[] bytes) {
        out.put(bytes);
        return this;
    }

    byte[] bytes() {
        return Arrays.copyOf(out.array(), out.position());
    }

    static long get(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte group = in.get();
            value |= (group & 0x7fL) << shift;
            if (group >= 0) return value;
        }
        throw Rows.corrupt("a number of more than 64 bits");
    }
}
