package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LedgerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The header of a solo engine's block (`docs/formats.md` §7), which its member signs.
public record SoloHeader(
        LedgerId ledger, long era, long height, long time, byte[] previous, byte[] transactionsRoot, byte[] appHash) {
    private static final String DOMAIN = "ts-block/1";
    private static final byte[] SIGNED = (DOMAIN + "\0").getBytes(StandardCharsets.US_ASCII);

    public static byte[] transactionsRoot(List<byte[]> transactions) {
        return MerkleTree.root(transactions.stream().map(MerkleTree::leafHash).toList());
    }

    public byte[] encode() {
        return new CborWriter(192)
                .array(8)
                .text(DOMAIN)
                .bytes(ledger.bytes())
                .integer(era)
                .integer(height)
                .integer(time)
                .bytes(previous)
                .bytes(transactionsRoot)
                .bytes(appHash)
                .toBytes();
    }

    /// Reads a header that this node wrote.
    public static SoloHeader decode(byte[] header) {
        CborReader in = CborReader.strict(header);
        in.readArrayOf(8);
        if (!in.readText(16).equals(DOMAIN)) {
            throw new IllegalStateException("not a block header");
        }
        SoloHeader read = new SoloHeader(
                new LedgerId(in.readBytesOf(32)),
                in.readUint(),
                in.readUint(),
                in.readUint(),
                in.readBytesOf(32),
                in.readBytesOf(32),
                in.readBytesOf(32));
        in.expectEnd();
        return read;
    }

    public static byte[] hash(byte[] header) {
        return Sha256.of(header);
    }

    /// What the engine key signs.
    public static byte[] toSign(byte[] header) {
        byte[] message = Arrays.copyOf(SIGNED, SIGNED.length + header.length);
        System.arraycopy(header, 0, message, SIGNED.length, header.length);
        return message;
    }
}
