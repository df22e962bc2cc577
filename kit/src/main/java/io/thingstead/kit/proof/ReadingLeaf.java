package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Section `reading`: what the log's commitment hides, opened. The frame and its readings are read from `content`.
public record ReadingLeaf(byte[] salt, long receivedMs, Frame frame, List<Reading> readings) {
    private static final byte[] DOMAIN = "ts-leaf/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte ENTRY = 0x01;

    /// The one kind of content so far: a frame.
    public static final int KIND_FRAME = 1;

    static ReadingLeaf read(byte[] section) {
        var in = CborReader.strict(section);
        in.readArrayOf(4);
        var salt = SectionCbor.hash(in);
        if (SectionCbor.uint(in) != KIND_FRAME) throw new CborMalformed("a kind of content that is not a frame");
        long receivedMs = SectionCbor.uint(in);
        var content = in.readBytes(Frame.MAX_BYTES);
        in.expectEnd();
        return of(salt, receivedMs, content);
    }

    /// From what a log keeps of a leaf; throws when the content is not a frame.
    public static ReadingLeaf of(byte[] salt, long receivedMs, byte[] content) {
        var frame = valueOf(Frame.decode(content));
        if (frame.bytes().length != content.length) throw new CborMalformed("a frame with a tag");
        return new ReadingLeaf(salt, receivedMs, frame, valueOf(SenMl.decode(frame.payload(), receivedMs)));
    }

    private static <T> T valueOf(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.No<T>(var refused) -> throw new CborMalformed(refused.toString());
        };
    }

    /// The log's entry.
    public byte[] entry() {
        return entry(salt, receivedMs, frame.bytes());
    }

    /// The log's entry for this content: `0x01 ‖ H("ts-leaf/1\0" ‖ salt ‖ kind ‖ receivedMs ‖ content)`.
    static byte[] entry(byte[] salt, long receivedMs, byte[] content) {
        var opened = ByteBuffer.allocate(DOMAIN.length + salt.length + 9 + content.length)
                .put(DOMAIN)
                .put(salt)
                .put((byte) KIND_FRAME)
                .putLong(receivedMs)
                .put(content);
        return ByteBuffer.allocate(33).put(ENTRY).put(Sha256.of(opened.array())).array();
    }

    public byte[] leafHash() {
        return MerkleTree.leafHash(entry());
    }

    byte[] encode() {
        return new CborWriter(frame.bytes().length + 64)
                .array(4)
                .bytes(salt)
                .integer(KIND_FRAME)
                .integer(receivedMs)
                .bytes(frame.bytes())
                .toBytes();
    }
}
