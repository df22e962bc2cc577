package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;

/// What a leaf commits to, as its owner gives it to a member that may read it.
///
/// @param key that signed the frame
record LeafContent(long index, Thumbprint key, int kind, long receivedMs, byte[] salt, byte[] content) {
    static final int MAX_ENTRIES = 256;
    /// Of an answer.
    static final int MAX_BYTES = 1 << 20;

    private static final int SALT = 32;
    /// Besides the content.
    private static final int FRAMING = 128;

    /// Some of a log's contents, in the order of the log.
    ///
    /// @param next from where on to ask for more: nothing that may be read is left out before it
    record Page(long next, List<LeafContent> contents) {
        Page {
            contents = List.copyOf(contents);
        }

        byte[] encode() {
            CborWriter out = new CborWriter(1_024).array(2).integer(next).array(contents.size());
            contents.forEach(content -> content.write(out));
            return out.toBytes();
        }

        /// Throws [Misanswer] when the bytes are not of that form.
        static Page decode(byte[] bytes) {
            try {
                CborReader in = CborReader.strict(bytes);
                in.readArrayOf(2);
                long next = in.readUint();
                int count = in.readArray(MAX_ENTRIES);
                List<LeafContent> contents = new ArrayList<>(count);
                for (int i = 0; i < count; i++) contents.add(read(in));
                in.expectEnd();
                return new Page(next, contents);
            } catch (CborMalformed e) {
                throw new Misanswer("contents that have not the form: " + e.getMessage());
            }
        }
    }

    int sizeBytes() {
        return FRAMING + content.length;
    }

    byte[] encode() {
        CborWriter out = new CborWriter(sizeBytes());
        write(out);
        return out.toBytes();
    }

    /// A row of the store.
    static LeafContent decode(byte[] row) {
        return read(CborReader.strict(row));
    }

    private void write(CborWriter out) {
        out.array(6)
                .integer(index)
                .bytes(key.bytes())
                .integer(kind)
                .integer(receivedMs)
                .bytes(salt)
                .bytes(content);
    }

    private static LeafContent read(CborReader in) {
        in.readArrayOf(6);
        return new LeafContent(
                in.readUint(),
                new Thumbprint(in.readBytesOf(32)),
                in.readUint(255),
                in.readUint(),
                in.readBytesOf(SALT),
                in.readBytes(Frame.MAX_BYTES));
    }
}
