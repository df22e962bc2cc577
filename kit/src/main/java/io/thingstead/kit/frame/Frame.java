package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import org.jspecify.annotations.Nullable;

/// A signed envelope with one or more readings of one device (`docs/formats.md` §4): a COSE_Sign1 over SenML-CBOR.
/// Commands and their receipts (§6) travel in the same envelope and are numbered by it.
///
/// `bytes` is the untagged form that is kept. The arrays are the frame's own: nobody changes them.
///
/// @param kid the key hint, or null where the transport names the device
/// @param device the device when a gateway or the member signs for it
/// @param previous the number used before `n`, or [#NOT_GIVEN]
public record Frame(
        byte[] bytes,
        CoseSign1 cose,
        Algorithm algorithm,
        byte @Nullable [] kid,
        @Nullable DeviceId device,
        long n,
        long previous) {
    public static final int MAX_BYTES = 65_536;
    public static final int MAX_PROTECTED = 256;
    public static final long MAX_NUMBER = (1L << 53) - 1;
    public static final long NOT_GIVEN = -1;

    private static final int COMMAND_ARRAY = 0x84;
    private static final int RECEIPT_ARRAY = 0x85;
    private static final int MAJOR_UINT = 0;
    private static final int MAJOR_TEXT = 3;

    /// Reads a frame's form; says nothing yet about its payload or signature.
    public static Result<Frame> decode(byte[] received) {
        if (received.length > MAX_BYTES + 1) {
            return tooLarge(received.length);
        }
        byte[] bytes = CoseSign1.untagged(received);
        if (bytes.length > MAX_BYTES) {
            return tooLarge(bytes.length);
        }
        return switch (CoseSign1.decode(bytes, MAX_PROTECTED, MAX_BYTES)) {
            case Result.No<CoseSign1>(var refused) -> new Result.No<>(refused);
            case Result.Ok<CoseSign1>(CoseSign1 cose) -> {
                try {
                    yield Result.ok(read(bytes, cose));
                } catch (CborMalformed e) {
                    yield Result.no(Refusal.FRAME_HEADER, "protected header: " + e.getMessage());
                }
            }
        };
    }

    private static Result<Frame> tooLarge(int length) {
        return Result.no(Refusal.FRAME_TOO_LARGE, "a frame has at most " + MAX_BYTES + " bytes, this one " + length);
    }

    /// The labels stand in det-CBOR order: 1, 4, "d", "n", "p".
    private static Frame read(byte[] bytes, CoseSign1 cose) {
        CborReader in = CborReader.strict(cose.protectedHeader());
        int left = in.readMap(5);
        if (left == 0 || in.readInteger() != 1) {
            throw new CborMalformed("label 1 (alg) is missing");
        }
        Algorithm algorithm = Algorithm.of(in.readInteger())
                .orElseThrow(() -> new CborMalformed("alg is neither -8 (EdDSA) nor -7 (ES256)"));
        left--;
        byte[] kid = null;
        if (left > 0 && in.nextIsInteger()) {
            if (in.readInteger() != 4) {
                throw new CborMalformed("an unknown label");
            }
            kid = in.readBytesOf(8);
            left--;
        }
        DeviceId device = null;
        long n = NOT_GIVEN;
        long previous = NOT_GIVEN;
        String before = "";
        for (; left > 0; left--) {
            String label = in.readText(1);
            if (label.compareTo(before) <= 0) {
                throw new CborMalformed("labels out of order, or twice");
            }
            before = label;
            switch (label) {
                case "d" ->
                    device = DeviceId.parse(in.readText(100))
                            .orElseThrow(() -> new CborMalformed("\"d\" is not a device id"));
                case "n" -> n = in.readUint();
                case "p" -> previous = in.readUint();
                default -> throw new CborMalformed("an unknown label");
            }
        }
        in.expectEnd();
        if (n < 1 || n > MAX_NUMBER) {
            throw new CborMalformed("\"n\" is missing or not within 1 to 2^53 - 1");
        }
        if (previous >= n) {
            throw new CborMalformed("\"p\" is not below \"n\"");
        }
        return new Frame(bytes, cose, algorithm, kid, device, n, previous);
    }

    public byte[] payload() {
        return cose.payload();
    }

    /// What was signed, told by the payload's first two bytes: readings begin with a map, a command is an array of four
    /// that begins with text, its receipt one of five that begins with a number.
    public CoseKind kind() {
        return kind(cose.payload());
    }

    static CoseKind kind(byte[] payload) {
        if (payload.length < 2) {
            return CoseKind.FRAME;
        }
        int array = payload[0] & 0xff;
        int major = (payload[1] & 0xff) >> 5;
        if (array == COMMAND_ARRAY && major == MAJOR_TEXT) {
            return CoseKind.COMMAND;
        }
        return array == RECEIPT_ARRAY && major == MAJOR_UINT ? CoseKind.COMMAND_RECEIPT : CoseKind.FRAME;
    }

    public byte[] sigStructure(LedgerId ledger, Thumbprint signer) {
        return cose.sigStructure(kind(), ledger, signer);
    }

    /// The frame's identity: H(Sig_structure), the same whatever the signature's bytes.
    public byte[] identity(LedgerId ledger, Thumbprint signer) {
        return Sha256.of(sigStructure(ledger, signer));
    }

    /// The frame's identity when `key` signed it for this ledger, else null.
    public byte @Nullable [] identityIfSignedBy(LedgerId ledger, VerifyingKey key) {
        if (algorithm != key.algorithm()) {
            return null;
        }
        byte[] signed = sigStructure(ledger, key.thumbprint());
        return key.verify(signed, cose.signature()) ? Sha256.of(signed) : null;
    }

    public boolean hasAlgorithmOf(VerifyingKey key) {
        return algorithm == key.algorithm();
    }
}
