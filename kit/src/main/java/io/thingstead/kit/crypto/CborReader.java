package io.thingstead.kit.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A bounded reader of CBOR (RFC 8949). Strict, it accepts only det-CBOR (§4.2.1; `docs/formats.md` §1); lenient, it
/// also takes longer heads and indefinite arrays and maps, as real SenML encoders write them.
///
/// It never allocates by a claimed length before it has seen that the bytes are there. It throws [CborMalformed].
public final class CborReader {
    /// The count of an array or map whose end is marked by a break (lenient only).
    public static final int INDEFINITE = -1;

    static final int UINT = 0;
    static final int NEGINT = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;
    static final int TAG = 6;
    static final int SIMPLE = 7;

    private final byte[] bytes;
    private final int end;
    private final boolean strict;
    private int at;

    private CborReader(byte[] bytes, int from, int end, boolean strict) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.strict = strict;
    }

    public static CborReader strict(byte[] bytes) {
        return new CborReader(bytes, 0, bytes.length, true);
    }

    public static CborReader lenient(byte[] bytes) {
        return new CborReader(bytes, 0, bytes.length, false);
    }

    public int position() {
        return at;
    }

    public boolean atEnd() {
        return at == end;
    }

    /// Refuses bytes after the item.
    public void expectEnd() {
        if (at != end) {
            throw new CborMalformed("bytes after the end");
        }
    }

    /// The major type of the next item, without reading it.
    public int peekMajor() {
        return (peek() & 0xff) >> 5;
    }

    public boolean nextIsNull() {
        return (peek() & 0xff) == 0xf6;
    }

    public boolean nextIsText() {
        return peekMajor() == TEXT;
    }

    public boolean nextIsArray() {
        return peekMajor() == ARRAY;
    }

    public boolean nextIsInteger() {
        return peekMajor() <= NEGINT;
    }

    public void readNull() {
        if ((next() & 0xff) != 0xf6) {
            throw new CborMalformed("null expected");
        }
    }

    public boolean readBoolean() {
        int b = next() & 0xff;
        if (b != 0xf4 && b != 0xf5) {
            throw new CborMalformed("boolean expected");
        }
        return b == 0xf5;
    }

    /// An integer of either sign within 64 bits signed.
    public long readInteger() {
        int major = peekMajor();
        if (major > NEGINT) {
            throw new CborMalformed("integer expected");
        }
        long value = argument(major);
        return major == UINT ? value : -1 - value;
    }

    public long readUint() {
        return argument(UINT);
    }

    /// A uint of at most `max`, for counts and small numbers.
    public int readUint(int max) {
        long value = argument(UINT);
        if (value > max) {
            throw new CborMalformed("number over " + max);
        }
        return (int) value;
    }

    public byte[] readBytes(int max) {
        int length = length(BYTES, max);
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /// Reads over a byte string.
    public void skipBytes(int max) {
        int length = length(BYTES, max);
        at += length;
    }

    public byte[] readBytesOf(int exactly) {
        byte[] value = readBytes(exactly);
        if (value.length != exactly) {
            throw new CborMalformed(exactly + " bytes expected");
        }
        return value;
    }

    public String readText(int maxBytes) {
        int length = length(TEXT, maxBytes);
        int from = at;
        at += length;
        return isAscii(from) ? new String(bytes, from, length, StandardCharsets.ISO_8859_1) : decodeUtf8(from, length);
    }

    private boolean isAscii(int from) {
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private String decodeUtf8(int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CborMalformed("text is not UTF-8");
        }
    }

    /// The count of an array, at most `max`; [#INDEFINITE] in lenient mode where a break ends it.
    public int readArray(int max) {
        return count(ARRAY, max);
    }

    public void readArrayOf(int exactly) {
        if (count(ARRAY, exactly) != exactly) {
            throw new CborMalformed("array of " + exactly + " expected");
        }
    }

    public int readMap(int max) {
        return count(MAP, max);
    }

    /// In an indefinite array or map: whether the break comes now; reads it if so.
    public boolean readBreak() {
        if ((peek() & 0xff) == 0xff) {
            at++;
            return true;
        }
        return false;
    }

    /// A number: integer, half, single or double float (lenient only), finite.
    public double readNumber() {
        int major = peekMajor();
        if (major <= NEGINT) {
            return readInteger();
        }
        int initial = next() & 0xff;
        double value = switch (initial) {
            case 0xf9 -> Float.float16ToFloat((short) fixed(2));
            case 0xfa -> Float.intBitsToFloat((int) fixed(4));
            case 0xfb -> Double.longBitsToDouble(fixed(8));
            default -> throw new CborMalformed("number expected");
        };
        if (strict || !Double.isFinite(value)) {
            throw new CborMalformed("a finite number expected");
        }
        return value;
    }

    /// The width of the float that comes next: 2, 4 or 8 bytes, or 0 when another type comes.
    public int nextFloatBytes() {
        return switch (peek() & 0xff) {
            case 0xf9 -> 2;
            case 0xfa -> 4;
            case 0xfb -> 8;
            default -> 0;
        };
    }

    /// Reads over one item of any kind, at most `depth` levels deep. Strict, it takes only a whole det-CBOR item.
    public void skip(int depth) {
        if (depth == 0) {
            throw new CborMalformed("nested too deep");
        }
        int major = peekMajor();
        switch (major) {
            case UINT, NEGINT -> argument(major);
            case BYTES -> {
                int length = length(BYTES, Integer.MAX_VALUE);
                at += length;
            }
            case TEXT -> skipText();
            case ARRAY -> skipArray(depth - 1);
            case MAP -> skipMap(depth - 1);
            case TAG -> throw new CborMalformed("tags are not allowed");
            default -> skipSimple();
        }
    }

    private void skipText() {
        int length = length(TEXT, Integer.MAX_VALUE);
        int from = at;
        at += length;
        if (strict && !isAscii(from)) {
            decodeUtf8(from, length);
        }
    }

    private void skipArray(int depth) {
        int count = count(ARRAY, Integer.MAX_VALUE);
        for (int i = 0; count == INDEFINITE ? !readBreak() : i < count; i++) {
            skip(depth);
        }
    }

    private void skipMap(int depth) {
        int count = count(MAP, Integer.MAX_VALUE);
        int before = at;
        int beforeEnd = at;
        for (int i = 0; count == INDEFINITE ? !readBreak() : i < count; i++) {
            int key = at;
            skip(depth);
            if (strict && i > 0 && Arrays.compareUnsigned(bytes, before, beforeEnd, bytes, key, at) >= 0) {
                throw new CborMalformed("map keys out of order, or twice");
            }
            before = key;
            beforeEnd = at;
            skip(depth);
        }
    }

    private void skipSimple() {
        int initial = peek() & 0xff;
        if (initial >= 0xf9 && initial <= 0xfb && !strict) {
            at++;
            fixed(1 << (initial - 0xf8));
        } else if (initial == 0xf4 || initial == 0xf5 || initial == 0xf6) {
            at++;
        } else {
            throw new CborMalformed("simple value not allowed");
        }
    }

    private byte peek() {
        if (at >= end) {
            throw new CborMalformed("ends too early");
        }
        return bytes[at];
    }

    private byte next() {
        byte b = peek();
        at++;
        return b;
    }

    private int length(int major, int max) {
        long length = argument(major);
        if (length > end - at) {
            throw new CborMalformed("ends too early");
        }
        if (length > max) {
            throw new CborMalformed("longer than " + max + " bytes");
        }
        return (int) length;
    }

    private int count(int major, int max) {
        int indefinite = (major << 5) | 31;
        if (!strict && (peek() & 0xff) == indefinite) {
            at++;
            return INDEFINITE;
        }
        long count = argument(major);
        // Each element takes at least one byte, so a claimed count over the rest is a lie.
        if (count > (end - at) / (major == MAP ? 2 : 1)) {
            throw new CborMalformed("ends too early");
        }
        if (count > max) {
            throw new CborMalformed("more than " + max + " elements");
        }
        return (int) count;
    }

    private long argument(int major) {
        int head = next() & 0xff;
        if (head >> 5 != major) {
            throw new CborMalformed("unexpected type " + (head >> 5) + ", expected " + major);
        }
        int info = head & 31;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw new CborMalformed("bad head");
        }
        int width = 1 << (info - 24);
        long value = fixed(width);
        if (value < 0) {
            throw new CborMalformed("integer over 63 bits");
        }
        if (strict && value < (width == 1 ? 24 : 1L << (width * 4))) {
            throw new CborMalformed("head is not the shortest");
        }
        return value;
    }

    private long fixed(int width) {
        if (width > end - at) {
            throw new CborMalformed("ends too early");
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (bytes[at++] & 0xff);
        }
        return value;
    }
}
