package io.thingstead.kit.crypto;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.util.Arrays;

/// A COSE_Sign1 object (RFC 9052 §4.2) in its four parts, untagged, with an empty unprotected header.
/// The arrays are the object's own: nobody changes them.
public record CoseSign1(byte[] protectedHeader, byte[] payload, byte[] signature) {
    private static final int TAG_18 = 0xd2;
    private static final byte[] CONTEXT = new CborWriter().text("Signature1").toBytes();

    /// Reads the outer form; a leading tag 18 is stripped. The limits are the caller's.
    public static Result<CoseSign1> decode(byte[] bytes, int maxProtected, int maxPayload) {
        try {
            CborReader in = CborReader.strict(untagged(bytes));
            in.readArrayOf(4);
            byte[] header = in.readBytes(maxProtected);
            in.readMap(0);
            byte[] payload = in.readBytes(maxPayload);
            byte[] signature = in.readBytesOf(64);
            in.expectEnd();
            return Result.ok(new CoseSign1(header, payload, signature));
        } catch (CborMalformed e) {
            return Result.no(Refusal.FRAME_MALFORMED, "not a COSE_Sign1: " + e.getMessage());
        }
    }

    /// The bytes without a leading tag 18.
    public static byte[] untagged(byte[] bytes) {
        return bytes.length > 0 && (bytes[0] & 0xff) == TAG_18 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    public byte[] encode() {
        int size = 2
                + CborWriter.bytesHeadSize(protectedHeader.length)
                + protectedHeader.length
                + CborWriter.bytesHeadSize(payload.length)
                + payload.length
                + CborWriter.bytesHeadSize(signature.length)
                + signature.length;
        return new CborWriter(size)
                .array(4)
                .bytes(protectedHeader)
                .map(0)
                .bytes(payload)
                .bytes(signature)
                .finish();
    }

    /// What is signed (RFC 9052 §4.4), with the external data of `docs/formats.md` §2.
    public byte[] sigStructure(CoseKind kind, LedgerId ledger, Thumbprint signer) {
        return sigStructure(protectedHeader, payload, kind, ledger, signer);
    }

    public boolean verify(CoseKind kind, LedgerId ledger, VerifyingKey key) {
        return key.verify(sigStructure(kind, ledger, key.thumbprint()), signature);
    }

    public static CoseSign1 sign(
            byte[] protectedHeader, byte[] payload, CoseKind kind, LedgerId ledger, Signer signer) {
        byte[] toSign = sigStructure(
                protectedHeader, payload, kind, ledger, signer.key().thumbprint());
        return new CoseSign1(protectedHeader, payload, signer.sign(toSign));
    }

    /// The protected header `{1: alg}`, of all kinds but frames.
    public static byte[] algHeader(Algorithm algorithm) {
        return new CborWriter(4).map(1).integer(1).integer(algorithm.cose()).toBytes();
    }

    /// Written in one pass into an array of the right size: this is done for every frame that arrives.
    public static byte[] sigStructure(
            byte[] protectedHeader, byte[] payload, CoseKind kind, LedgerId ledger, Thumbprint signer) {
        int externalSize = 14 + kind.label().length() + 2 * (2 + 32);
        return sigStructure(protectedHeader, payload, externalSize)
                .array(5)
                .text("thingstead")
                .integer(1)
                .text(kind.label())
                .bytes(ledger.bytes())
                .bytes(signer.bytes())
                .bytes(payload)
                .finish();
    }

    /// The structure for any external data, as RFC 9052 has it.
    static byte[] sigStructure(byte[] protectedHeader, byte[] external, byte[] payload) {
        return sigStructure(protectedHeader, payload, external.length)
                .raw(external)
                .bytes(payload)
                .finish();
    }

    private static CborWriter sigStructure(byte[] protectedHeader, byte[] payload, int externalSize) {
        int size = 1
                + CONTEXT.length
                + CborWriter.bytesHeadSize(protectedHeader.length)
                + protectedHeader.length
                + CborWriter.bytesHeadSize(externalSize)
                + externalSize
                + CborWriter.bytesHeadSize(payload.length)
                + payload.length;
        return new CborWriter(size).array(4).raw(CONTEXT).bytes(protectedHeader).bytesHead(externalSize);
    }
}
