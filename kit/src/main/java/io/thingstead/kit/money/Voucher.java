package io.thingstead.kit.money;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.Arrays;

/// The word of a channel's payer: the payee may take this much of the deposit in all (`docs/formats.md` §7). Each
/// voucher counts instead of those before it, never beside them.
///
/// @param channel the channel's number
/// @param amount in all since the channel was opened, in the asset's smallest unit
public record Voucher(long channel, long amount) {
    public static final int MAX_BYTES = 128;

    private static final int MAX_HEADER = 16;
    private static final int MAX_PAYLOAD = 32;

    public Voucher {
        if (!Amounts.isOne(channel) || !Amounts.isOne(amount)) {
            throw new IllegalArgumentException("a voucher's numbers are from 1 to 2^53 - 1");
        }
    }

    /// The COSE_Sign1 that the payee gets.
    public byte[] sign(LedgerId ledger, Signer signer) {
        byte[] payload =
                new CborWriter(20).array(2).integer(channel).integer(amount).toBytes();
        return CoseSign1.sign(CoseSign1.algHeader(signer.key().algorithm()), payload, CoseKind.VOUCHER, ledger, signer)
                .encode();
    }

    /// Reads a voucher and checks that this key signed it for this ledger.
    public static Result<Voucher> verify(byte[] bytes, LedgerId ledger, VerifyingKey key) {
        return switch (CoseSign1.decode(bytes, MAX_HEADER, MAX_PAYLOAD)) {
            case Result.No<CoseSign1>(Refused refused) -> Result.no(Refusal.VOUCHER_INVALID, refused.text());
            case Result.Ok<CoseSign1>(CoseSign1 cose) -> read(cose, ledger, key);
        };
    }

    private static Result<Voucher> read(CoseSign1 cose, LedgerId ledger, VerifyingKey key) {
        try {
            CborReader in = CborReader.strict(cose.payload());
            in.readArrayOf(2);
            long channel = in.readUint();
            long amount = in.readUint();
            in.expectEnd();
            if (!Amounts.isOne(channel) || !Amounts.isOne(amount)) {
                return Result.no(Refusal.VOUCHER_INVALID, "a voucher's numbers are from 1 to 2^53 - 1");
            }
            boolean signed = Arrays.equals(cose.protectedHeader(), CoseSign1.algHeader(key.algorithm()))
                    && cose.verify(CoseKind.VOUCHER, ledger, key);
            return signed
                    ? Result.ok(new Voucher(channel, amount))
                    : Result.no(Refusal.VOUCHER_INVALID, "the voucher is not signed by the channel's key");
        } catch (CborMalformed e) {
            return Result.no(Refusal.VOUCHER_INVALID, "not a voucher: " + e.getMessage());
        }
    }
}
