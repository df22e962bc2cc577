package io.thingstead.kit.merkle;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;

/// State proofs as det-CBOR `[depth, bitmap, [sibling, …], terminal]`. The shape is so narrow that it is read by
/// itself: heads in shortest form, lengths known in advance, nothing after the end.
final class StateProofCodec {
    private static final int UINT = 0;
    private static final int BYTES = 2;
    private static final int ARRAY = 4;
    private static final int MAX_BYTES = 16_384;

    private StateProofCodec() {}

    static byte[] encode(StateProof proof) {
        var out = new ByteArrayOutputStream();
        head(out, ARRAY, 4);
        head(out, UINT, proof.depth());
        bytes(out, proof.bitmap());
        head(out, ARRAY, proof.siblings().size());
        proof.siblings().forEach(sibling -> bytes(out, sibling));
        switch (proof.terminal()) {
            case StateProof.Terminal.Present _ -> head(out, UINT, 0);
            case StateProof.Terminal.EmptySlot _ -> head(out, UINT, 1);
            case StateProof.Terminal.OtherLeaf other -> {
                head(out, ARRAY, 2);
                bytes(out, other.path());
                bytes(out, other.valueHash());
            }
        }
        return out.toByteArray();
    }

    static Optional<StateProof> decode(byte[] bytes) {
        try {
            return bytes.length > MAX_BYTES ? Optional.empty() : new Reader(bytes).proof();
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
        head(out, BYTES, bytes.length);
        out.writeBytes(bytes);
    }

    private static void head(ByteArrayOutputStream out, int major, int value) {
        int top = major << 5;
        if (value < 24) {
            out.write(top | value);
        } else if (value < 256) {
            out.write(top | 24);
            out.write(value);
        } else {
            out.write(top | 25);
            out.write(value >> 8);
            out.write(value);
        }
    }

    /// Ends reading early; never leaves `decode`.
    private static final class Malformed extends Exception {
        Malformed() {
            super("not a state proof", null, false, false);
        }
    }

    private static final class Reader {
        private final byte[] in;
        private int at;

        Reader(byte[] in) {
            this.in = in;
        }

        Optional<StateProof> proof() throws Malformed {
            require(head(ARRAY) == 4);
            int depth = head(UINT);
            require(depth <= StateProof.MAX_DEPTH);
            var bitmap = bytes((depth + 7) / 8);
            int count = head(ARRAY);
            require(count <= depth);
            var siblings = new ArrayList<byte[]>(count);
            for (int i = 0; i < count; i++) siblings.add(bytes(32));
            var terminal = terminal();
            require(at == in.length && StateProof.fits(depth, bitmap, siblings));
            return Optional.of(new StateProof(depth, bitmap, siblings, terminal));
        }

        private StateProof.Terminal terminal() throws Malformed {
            require(at < in.length);
            if ((in[at] & 0xff) >> 5 == ARRAY) {
                require(head(ARRAY) == 2);
                return new StateProof.Terminal.OtherLeaf(bytes(32), bytes(32));
            }
            return switch (head(UINT)) {
                case 0 -> new StateProof.Terminal.Present();
                case 1 -> new StateProof.Terminal.EmptySlot();
                default -> throw new Malformed();
            };
        }

        private byte[] bytes(int length) throws Malformed {
            require(head(BYTES) == length && in.length - at >= length);
            at += length;
            return Arrays.copyOfRange(in, at - length, at);
        }

        private int head(int major) throws Malformed {
            int first = next();
            require(first >> 5 == major);
            int value = first & 31;
            if (value < 24) return value;
            if (value == 24) {
                value = next();
                require(value >= 24);
                return value;
            }
            require(value == 25);
            value = next() << 8;
            value |= next();
            require(value >= 256);
            return value;
        }

        private int next() throws Malformed {
            require(at < in.length);
            return in[at++] & 0xff;
        }

        private static void require(boolean holds) throws Malformed {
            if (!holds) throw new Malformed();
        }
    }
}
