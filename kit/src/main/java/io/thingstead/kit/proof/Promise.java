package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.Optional;

/// A member's signed promise to anchor what it accepted (`docs/formats.md` §5): a member who forgets the leaf has
/// signed
/// the evidence against itself.
///
/// @param entry the log's entry, see [ReadingLeaf#entry]
/// @param anchorBy in ledger time, milliseconds
public record Promise(LedgerId ledger, LogId log, long index, byte[] entry, long anchorBy) {
    private static final int MAX_HEADER = 16;
    private static final int MAX_PAYLOAD = 256;
    private static final int ENTRY_BYTES = 33;

    /// The COSE_Sign1 by the log's key.
    public byte[] sign(Signer logKey) {
        byte[] payload = new CborWriter(160)
                .array(6)
                .bytes(ledger.bytes())
                .text(log.member().value())
                .integer(log.number())
                .integer(index)
                .bytes(entry)
                .integer(anchorBy)
                .toBytes();
        return CoseSign1.sign(CoseSign1.algHeader(logKey.key().algorithm()), payload, CoseKind.PROMISE, ledger, logKey)
                .encode();
    }

    /// Which log's promise it says that it is; nothing of it is verified. Empty when it has not the form.
    public static Optional<LogId> claimedLog(byte[] signed, LedgerId ledger) {
        return CoseSign1.decode(signed, MAX_HEADER, MAX_PAYLOAD) instanceof Result.Ok<CoseSign1>(CoseSign1 cose)
                        && read(cose.payload(), ledger) instanceof Result.Ok<Promise>(Promise promise)
                ? Optional.of(promise.log)
                : Optional.empty();
    }

    /// What this key promised on this ledger.
    public static Result<Promise> open(byte[] signed, LedgerId ledger, VerifyingKey logKey) {
        return switch (CoseSign1.decode(signed, MAX_HEADER, MAX_PAYLOAD)) {
            case Result.No<CoseSign1>(var refused) -> Result.no(Refusal.PROOF_UNREADABLE, refused.text());
            case Result.Ok<CoseSign1>(var cose) -> {
                boolean isSigned = Arrays.equals(cose.protectedHeader(), CoseSign1.algHeader(logKey.algorithm()))
                        && cose.verify(CoseKind.PROMISE, ledger, logKey);
                yield isSigned
                        ? read(cose.payload(), ledger)
                        : Result.no(Refusal.SIGNATURE_INVALID, "not a promise by this log's key on this ledger");
            }
        };
    }

    private static Result<Promise> read(byte[] payload, LedgerId ledger) {
        try {
            CborReader in = CborReader.strict(payload);
            in.readArrayOf(6);
            if (!Arrays.equals(SectionCbor.hash(in), ledger.bytes())) throw new CborMalformed("another ledger's");
            LogId log = SectionCbor.log(in);
            Promise promise =
                    new Promise(ledger, log, SectionCbor.uint(in), in.readBytesOf(ENTRY_BYTES), SectionCbor.uint(in));
            in.expectEnd();
            return Result.ok(promise);
        } catch (CborMalformed e) {
            return Result.no(Refusal.PROOF_UNREADABLE, "not a promise: " + e.getMessage());
        }
    }
}
