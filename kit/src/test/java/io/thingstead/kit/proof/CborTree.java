package io.thingstead.kit.proof;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// CBOR as a tree that a mutator can change and write again, also in ways that det-CBOR forbids. Byte strings that are
/// CBOR themselves are opened, so that a change reaches the frame inside a section.
final class CborTree {
    private static final int RAW = 8;

    final int major;
    long argument;
    byte[] bytes = {};
    List<CborTree> children = new ArrayList<>();

    /// A byte string whose content is one CBOR item.
    boolean opened;

    /// Written with a head that is longer than it need be.
    boolean longHead;

    /// An array or map written with indefinite length.
    boolean indefinite;

    private CborTree(int major, long argument) {
        this.major = major;
        this.argument = argument;
    }

    static CborTree uint(long value) {
        return new CborTree(0, value);
    }

    /// Bytes that are written as they are.
    static CborTree raw(int... values) {
        var tree = new CborTree(RAW, 0);
        tree.bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) tree.bytes[i] = (byte) values[i];
        return tree;
    }

    static CborTree nil() {
        return new CborTree(7, 22);
    }

    /// Null when the bytes are not one CBOR item of the kinds that proofs use.
    static CborTree read(byte[] bytes) {
        var reader = new Reader(bytes);
        try {
            var tree = reader.item(0);
            return reader.at == bytes.length ? tree : null;
        } catch (IndexOutOfBoundsException e) {
            return null;
        }
    }

    byte[] write() {
        var out = new ByteArrayOutputStream();
        write(out);
        return out.toByteArray();
    }

    private void write(ByteArrayOutputStream out) {
        switch (major) {
            case 2, 3 -> {
                var content = opened ? children.getFirst().write() : bytes;
                head(out, content.length);
                out.writeBytes(content);
            }
            case 4, 5 -> {
                if (indefinite) {
                    out.write(major << 5 | 31);
                } else {
                    head(out, major == 5 ? children.size() / 2 : children.size());
                }
                children.forEach(child -> child.write(out));
                if (indefinite) out.write(0xff);
            }
            case RAW -> out.writeBytes(bytes);
            default -> {
                if (bytes.length > 0) {
                    out.write(0xf8 + Integer.numberOfTrailingZeros(bytes.length));
                    out.writeBytes(bytes);
                } else {
                    head(out, argument);
                }
            }
        }
    }

    private void head(ByteArrayOutputStream out, long value) {
        int width = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1_0000_0000L ? 4 : 8;
        if (longHead) width = width == 0 ? 1 : Math.min(8, width * 2);
        if (width == 0) {
            out.write(major << 5 | (int) value);
            return;
        }
        out.write(major << 5 | 24 + Integer.numberOfTrailingZeros(width));
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) out.write((int) (value >>> shift));
    }

    /// All items of the tree, this one first.
    List<CborTree> all() {
        var all = new ArrayList<CborTree>();
        all.add(this);
        children.forEach(child -> all.addAll(child.all()));
        return all;
    }

    CborTree pick(RandomGenerator random) {
        var all = all();
        return all.get(random.nextInt(all.size()));
    }

    private static final class Reader {
        private final byte[] in;
        private int at;

        Reader(byte[] in) {
            this.in = in;
        }

        CborTree item(int level) {
            if (level > 12) throw new IndexOutOfBoundsException();
            int head = in[at++] & 0xff;
            int major = head >> 5;
            if (major == 7 && (head & 31) >= 25) {
                var tree = new CborTree(7, 0);
                tree.bytes = take(1 << (head & 31) - 24);
                return tree;
            }
            var tree = new CborTree(major, argument(head & 31));
            if (major == 2 || major == 3) {
                tree.bytes = take(tree.argument);
                open(tree);
            } else if (major == 4 || major == 5) {
                if (tree.argument > in.length) throw new IndexOutOfBoundsException();
                long count = major == 5 ? tree.argument * 2 : tree.argument;
                for (int i = 0; i < count; i++) tree.children.add(item(level + 1));
            } else if (major == 6) {
                throw new IndexOutOfBoundsException();
            }
            return tree;
        }

        private static void open(CborTree tree) {
            if (tree.major != 2 || tree.bytes.length < 8 || tree.bytes.length == 32) return;
            var inside = read(tree.bytes);
            if (inside == null || inside.major < 4 || inside.major > 5) return;
            tree.opened = true;
            tree.children.add(inside);
        }

        private byte[] take(long length) {
            if (length < 0 || length > in.length - at) throw new IndexOutOfBoundsException();
            var taken = java.util.Arrays.copyOfRange(in, at, at + (int) length);
            at += (int) length;
            return taken;
        }

        private long argument(int info) {
            if (info < 24) return info;
            if (info > 27) throw new IndexOutOfBoundsException();
            long value = 0;
            for (byte b : take(1 << info - 24)) value = value << 8 | b & 0xff;
            return value;
        }
    }
}
