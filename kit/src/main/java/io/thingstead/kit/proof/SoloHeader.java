package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The header of a block made by the solo engine (`docs/formats.md` §7). Its app hash is the one after the block.
public record SoloHeader(
        LedgerId ledger,
        long era,
        long height,
        long blockTime,
        byte[] previousHeaderHash,
        byte[] transactionsRoot,
        byte[] appHash) {
    private static final String FORMAT = "ts-block/1";
    private static final byte[] DOMAIN = "ts-block/1\0".getBytes(StandardCharsets.US_ASCII);

    public static Result<SoloHeader> decode(byte[] bytes) {
        try {
            return Result.ok(read(bytes));
        } catch (CborMalformed e) {
            return Result.no(Refusal.PROOF_UNREADABLE, "block header: " + e.getMessage());
        }
    }

    static SoloHeader read(byte[] bytes) {
        var in = CborReader.strict(bytes);
        in.readArrayOf(8);
        if (!in.readText(16).equals(FORMAT)) throw new CborMalformed("not a header of a solo block");
        var header = new SoloHeader(
                new LedgerId(SectionCbor.hash(in)),
                SectionCbor.uint(in),
                SectionCbor.uint(in),
                SectionCbor.uint(in),
                SectionCbor.hash(in),
                SectionCbor.hash(in),
                SectionCbor.hash(in));
        in.expectEnd();
        return header;
    }

    public byte[] encode() {
        return new CborWriter(192)
                .array(8)
                .text(FORMAT)
                .bytes(ledger.bytes())
                .integer(era)
                .integer(height)
                .integer(blockTime)
                .bytes(previousHeaderHash)
                .bytes(transactionsRoot)
                .bytes(appHash)
                .toBytes();
    }

    public byte[] hash() {
        return Sha256.of(encode());
    }

    /// What the engine key signs.
    public byte[] toSign() {
        var header = encode();
        var message = Arrays.copyOf(DOMAIN, DOMAIN.length + header.length);
        System.arraycopy(header, 0, message, DOMAIN.length, header.length);
        return message;
    }

    public byte[] sign(Signer engineKey) {
        return engineKey.sign(toSign());
    }

    public boolean isSignedBy(VerifyingKey engineKey, byte[] signature) {
        return engineKey.verify(toSign(), signature);
    }
}
