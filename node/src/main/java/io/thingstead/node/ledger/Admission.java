package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.action.Action;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether a transaction is taken at all: is it for this ledger, in its time, new, and signed by whom it says.
/// Signatures come last, for they cost most; what verified once is remembered, so that a transaction that was checked
/// for the pool is not verified again in its block. That memory changes no answer, only its speed.
final class Admission {
    private static final int MAX_VERIFIED = 10_000;
    private static final int MAX_KEYS = 1_000;

    private final TreeSet<byte[]> verified = new TreeSet<>(Arrays::compareUnsigned);
    private final TreeMap<Thumbprint, VerifyingKey> prepared = new TreeMap<>();

    /// Why the transaction is not taken on top of this draft, or null.
    @Nullable
    Refused objection(Transaction transaction, Draft draft) {
        if (!transaction.ledger().equals(draft.block().ledger())) {
            return new Refused(Refusal.TX_LEDGER, "the transaction is for the ledger " + transaction.ledger());
        }
        long left = transaction.validUntil() - draft.now();
        if (left < 0 || left > Transaction.MAX_VALIDITY_MS) {
            return new Refused(
                    Refusal.TX_EXPIRED,
                    "validUntil " + transaction.validUntil() + " is not within the 24 hours after " + draft.now());
        }
        byte[] identity = transaction.identity();
        if (draft.get(StateKeys.seen(transaction.validUntil(), identity)) != null) {
            return new Refused(Refusal.TX_SEEN, "this transaction is on the ledger already");
        }
        Supplier<byte[]> toSign = () -> Transaction.toSign(transaction.payload());
        for (int i = 0; i < transaction.signers().size(); i++) {
            Thumbprint signer = transaction.signers().get(i);
            VerifyingKey key = signingKey(signer, transaction, draft);
            if (key == null) {
                return new Refused(Refusal.TX_SIGNER, "no key in force on the ledger: " + signer);
            }
            if (!verifies(key, identity, toSign, transaction.signatures().get(i))) {
                return new Refused(Refusal.TX_SIGNATURE, "the signature of " + signer + " does not verify");
            }
        }
        return null;
    }

    /// @param identity what the signature is of, hashed
    /// @param toSign what the signature is of, made where it was not verified before
    boolean verifies(VerifyingKey key, byte[] identity, Supplier<byte[]> toSign, byte[] signature) {
        byte[] what = Sha256.of(key.thumbprint().bytes(), identity, signature);
        if (verified.contains(what)) {
            return true;
        }
        if (!key.verify(toSign.get(), signature)) {
            return false;
        }
        if (verified.size() >= MAX_VERIFIED) {
            verified.clear();
        }
        verified.add(what);
        return true;
    }

    /// A key in force, or one that the ledger's first transaction itself registers.
    private @Nullable VerifyingKey signingKey(Thumbprint signer, Transaction transaction, Draft draft) {
        VerifyingKey known = keyInForce(signer, draft);
        if (known == null && draft.get(StateKeys.FOUNDED) == null) {
            for (Action action : transaction.actions()) {
                for (VerifyingKey key : action.foundingKeys()) {
                    if (key.thumbprint().equals(signer)) {
                        return key;
                    }
                }
            }
        }
        return known;
    }

    /// The key, made ready, or null when it is not one in force.
    @Nullable
    VerifyingKey keyInForce(Thumbprint thumbprint, Draft draft) {
        KeyStanding standing = draft.standing(thumbprint);
        return standing != null && standing.inForce() ? prepared(thumbprint, standing.coseKey()) : null;
    }

    private VerifyingKey prepared(Thumbprint thumbprint, byte[] coseKey) {
        VerifyingKey known = prepared.get(thumbprint);
        if (known != null) {
            return known;
        }
        VerifyingKey key = VerifyingKey.decode(coseKey).orThrow();
        if (prepared.size() >= MAX_KEYS) {
            prepared.clear();
        }
        prepared.put(thumbprint, key);
        return key;
    }
}
