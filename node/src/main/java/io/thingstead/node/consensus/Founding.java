package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.Store;
import java.security.SecureRandom;
import java.util.List;

/// Founds a ledger with one member under the solo engine: the first state, and the transaction that registers the
/// member
/// and opens its first log.
public final class Founding {
    private static final long VALID_MS = 3_600_000;
    private static final int NONCE_BYTES = 16;

    private Founding() {}

    public static LedgerId found(Store store, MemberId member, MemberKeys keys) {
        byte[] id = new byte[32];
        new SecureRandom().nextBytes(id);
        return found(store, new LedgerId(id), member, keys);
    }

    static LedgerId found(Store store, LedgerId ledger, MemberId member, MemberKeys keys) {
        var engine = new EraRecord.EraMember(member, keys.of(KeyRole.ENGINE).key(), 1);
        String chainId = "ts-" + ledger.hex().substring(0, 8) + "-1";
        StoredLedger.found(
                store, ledger, new EraRecord(1, EraRecord.SOLO, chainId, 1, 0, new byte[32], List.of(engine)));
        return ledger;
    }

    /// The first transaction of a ledger. Submitted again after a crash it is refused as known, which is harmless.
    public static byte[] firstTransaction(
            LedgerId ledger, MemberId member, String domain, MemberKeys keys, long nowMs) {
        List<RegisterMember.MemberKey> memberKeys = keys.all().entrySet().stream()
                .map(entry -> new RegisterMember.MemberKey(
                        entry.getKey(),
                        entry.getValue().key(),
                        Possession.sign(RegisterMember.subject(member, entry.getKey()), ledger, entry.getValue())))
                .toList();
        return Transactions.sign(
                ledger,
                nonce(),
                nowMs + VALID_MS,
                List.of(new RegisterMember(member, domain, memberKeys), new OpenLog(new LogId(member, 1))),
                List.of(keys.of(KeyRole.IDENTITY)));
    }

    /// Random bytes that make a transaction this one.
    public static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        return nonce;
    }
}
