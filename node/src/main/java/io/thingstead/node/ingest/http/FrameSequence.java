package io.thingstead.node.ingest.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes a CBOR sequence (RFC 8742) of frames apart, by the outer form of a COSE_Sign1 alone. Where that ends, the rest
/// is one last item, which is then refused as a frame.
final class FrameSequence {
    private static final int TAG_18 = 0xd2;
    private static final int ARRAY_OF_4 = 0x84;
    private static final int EMPTY_MAP = 0xa0;
    private static final int BYTES = 2;
    private static final int NOT_A_FRAME = -1;

    private final byte[] bytes;
    private int at;

    private FrameSequence(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The items, one more than `most` when there are more.
    static List<byte[]> split(byte[] bytes, int most) {
        FrameSequence sequence = new FrameSequence(bytes);
        List<byte[]> items = new ArrayList<>();
        while (sequence.at < bytes.length && items.size() <= most) {
            int from = sequence.at;
            int to = sequence.end();
            items.add(Arrays.copyOfRange(bytes, from, to == NOT_A_FRAME ? bytes.length : to));
            sequence.at = to == NOT_A_FRAME ? bytes.length : to;
        }
        return items;
    }

    /// Where the item that starts here ends.
    private int end() {
        if (peek() == TAG_18) {
            at++;
        }
        if (next() != ARRAY_OF_4 || !skipBytes() || next() != EMPTY_MAP || !skipBytes() || !skipBytes()) {
            return NOT_A_FRAME;
        }
        return at;
    }

    private boolean skipBytes() {
        int head = next();
        if (head < 0 || head >> 5 != BYTES) {
            return false;
        }
        int info = head & 31;
        long length = info;
        if (info >= 24) {
            if (info > 26) {
                return false;
            }
            length = 0;
            for (int i = 0; i < 1 << (info - 24); i++) {
                int b = next();
                if (b < 0) {
                    return false;
                }
                length = length << 8 | b;
            }
        }
        if (length > bytes.length - at) {
            return false;
        }
        at += (int) length;
        return true;
    }

    private int peek() {
        return at < bytes.length ? bytes[at] & 0xff : -1;
    }

    private int next() {
        int b = peek();
        at++;
        return b;
    }
}
