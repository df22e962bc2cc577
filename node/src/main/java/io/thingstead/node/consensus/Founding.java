package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.Store;
import java.security.SecureRandom;
import java.util.List;

/// Founds a ledger with one member under the solo engine: its identity, its first era, and the first block, which
/// registers the member and opens its first log. All in one batch: a crash leaves a ledger with its member, or none.
public final class Founding {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VALID_MS = 3_600_000;
    private static final long FIRST_LOG = 1;

    private Founding() {}

    public static LedgerId found(Store store, MemberId member, String domain, MemberKeys keys, long nowMs) {
        byte[] id = new byte[32];
        RANDOM.nextBytes(id);
        LedgerId ledger = new LedgerId(id);
        found(store, ledger, member, domain, keys, nowMs);
        return ledger;
    }

    static void found(Store store, LedgerId ledger, MemberId member, String domain, MemberKeys keys, long nowMs) {
        EraRecord era = firstEra(ledger, member, keys);
        byte[] transaction = firstTransaction(ledger, member, domain, keys, nowMs);
        var block = new DecidedBlock(era.initialHeight(), nowMs, List.of(transaction));
        StoredLedger.found(store, ledger, era, block, appHash -> firstHeader(ledger, era, block, appHash));
    }

    /// The first era: the member alone makes the blocks.
    private static EraRecord firstEra(LedgerId ledger, MemberId member, MemberKeys keys) {
        var engine = new EraRecord.EraMember(member, keys.of(KeyRole.ENGINE).key(), 1);
        return new EraRecord(1, EraRecord.SOLO, EraRecord.chainId(ledger, 1), 1, 0, new byte[32], List.of(engine));
    }

    private static byte[] firstHeader(LedgerId ledger, EraRecord era, DecidedBlock block, byte[] appHash) {
        byte[] transactionsRoot = MerkleTree.root(
                block.transactions().stream().map(MerkleTree::leafHash).toList());
        return new SoloHeader(
                        ledger, era.number(), block.height(), block.time(), new byte[32], transactionsRoot, appHash)
                .encode();
    }

    private static byte[] firstTransaction(
            LedgerId ledger, MemberId member, String domain, MemberKeys keys, long nowMs) {
        return Transactions.sign(
                ledger,
                nonce(),
                nowMs + VALID_MS,
                List.of(
                        new RegisterMember(member, domain, possessed(ledger, member, keys)),
                        new OpenLog(new LogId(member, FIRST_LOG))),
                true,
                List.of(keys.of(KeyRole.IDENTITY)));
    }

    /// The member's keys, each with the proof that the member holds it.
    public static List<RegisterMember.MemberKey> possessed(LedgerId ledger, MemberId member, MemberKeys keys) {
        return keys.all().entrySet().stream()
                .map(entry -> new RegisterMember.MemberKey(
                        entry.getKey(),
                        entry.getValue().key(),
                        Possession.sign(RegisterMember.subject(member, entry.getKey()), ledger, entry.getValue())))
                .toList();
    }

    /// Random bytes that make a transaction this one.
    public static byte[] nonce() {
        byte[] nonce = new byte[Transaction.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }
}
