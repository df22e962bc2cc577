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
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;

/// A member's signed statement that it keeps the tree of a log, its own or another member's (`docs/formats.md` §5):
/// every entry below `size`, so that the log can be shown again when its owner is gone.
///
/// @param root of the log's tree at that size
/// @param sinceMs when the member began to keep the log
public record Held(LedgerId ledger, MemberId holder, LogId log, long size, byte[] root, long sinceMs) {
    /// Of a statement, signed.
    public static final int MAX_BYTES = 384;

    private static final int MAX_HEADER = 16;
    private static final int MAX_PAYLOAD = 256;

    /// The COSE_Sign1 by the holder's node key.
    public byte[] sign(Signer nodeKey) {
        byte[] payload = new CborWriter(192)
                .array(7)
                .bytes(ledger.bytes())
                .text(holder.value())
                .text(log.member().value())
                .integer(log.number())
                .integer(size)
                .bytes(root)
                .integer(sinceMs)
                .toBytes();
        return CoseSign1.sign(CoseSign1.algHeader(nodeKey.key().algorithm()), payload, CoseKind.HELD, ledger, nodeKey)
                .encode();
    }

    /// What this node key stated on this ledger.
    public static Result<Held> open(byte[] signed, LedgerId ledger, VerifyingKey nodeKey) {
        return switch (CoseSign1.decode(signed, MAX_HEADER, MAX_PAYLOAD)) {
            case Result.No<CoseSign1>(var refused) -> Result.no(Refusal.PROOF_UNREADABLE, refused.text());
            case Result.Ok<CoseSign1>(CoseSign1 cose) -> {
                boolean isSigned = Arrays.equals(cose.protectedHeader(), CoseSign1.algHeader(nodeKey.algorithm()))
                        && cose.verify(CoseKind.HELD, ledger, nodeKey);
                yield isSigned
                        ? read(cose.payload(), ledger)
                        : Result.no(Refusal.SIGNATURE_INVALID, "not a statement by this node key on this ledger");
            }
        };
    }

    private static Result<Held> read(byte[] payload, LedgerId ledger) {
        try {
            CborReader in = CborReader.strict(payload);
            in.readArrayOf(7);
            if (!Arrays.equals(SectionCbor.hash(in), ledger.bytes())) throw new CborMalformed("another ledger's");
            MemberId holder = SectionCbor.member(in);
            LogId log = SectionCbor.log(in);
            long size = SectionCbor.uint(in);
            byte[] root = SectionCbor.hash(in);
            Held held = new Held(ledger, holder, log, size, root, SectionCbor.uint(in));
            in.expectEnd();
            return Result.ok(held);
        } catch (CborMalformed e) {
            return Result.no(Refusal.PROOF_UNREADABLE, "not a statement of what is held: " + e.getMessage());
        }
    }
}
