package io.thingstead.kit.crypto;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import java.util.Arrays;

/// Proof that whoever registers a key holds it: signed over the ledger and the subject (`docs/formats.md` §2).
public final class Possession {
    private Possession() {}

    public static byte[] sign(String subject, LedgerId ledger, Signer signer) {
        return CoseSign1.sign(
                        CoseSign1.algHeader(signer.key().algorithm()),
                        payload(subject),
                        CoseKind.POSSESSION,
                        ledger,
                        signer)
                .encode();
    }

    public static boolean holds(byte[] possession, String subject, LedgerId ledger, VerifyingKey key) {
        return switch (CoseSign1.decode(possession, 16, 256)) {
            case Result.No<CoseSign1> _ -> false;
            case Result.Ok<CoseSign1>(CoseSign1 cose) ->
                Arrays.equals(cose.protectedHeader(), CoseSign1.algHeader(key.algorithm()))
                        && Arrays.equals(cose.payload(), payload(subject))
                        && cose.verify(CoseKind.POSSESSION, ledger, key);
        };
    }

    private static byte[] payload(String subject) {
        return new CborWriter().array(1).text(subject).toBytes();
    }
}
