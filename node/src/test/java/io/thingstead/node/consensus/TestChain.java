package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.storage.Store;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A stored ledger of one member, driven block by block as an engine would, at times of the test's choice.
public final class TestChain {
    public static final MemberId ACME = new MemberId("acme");
    public static final LogId LOG = new LogId(ACME, 1);
    public static final long START = 1_800_000_000_000L;

    private final MemberKeys keys;
    private final StoredLedger ledger;

    private TestChain(Store store, MemberKeys keys) {
        this.keys = keys;
        this.ledger = StoredLedger.open(store);
        Application.Info info = ledger.info();
        ledger.blocks().block(info.height()).ifPresent(last -> ledger.certify(info.height(), sign(last.header())));
    }

    /// Founds a ledger in an empty store.
    public static TestChain founded(Store store) {
        MemberKeys keys = MemberKeys.generate();
        Founding.found(store, ACME, "acme.example", keys, START);
        return new TestChain(store, keys);
    }

    /// Founds the ledger for which [io.thingstead.node.ledger.RandomBlocks] are made.
    public static TestChain foundedForRandomBlocks(Store store) {
        Map<KeyRole, SigningKey> named = new EnumMap<>(KeyRole.class);
        TestLedger.MEMBER_ROLES.forEach(role -> named.put(role, TestLedger.key(role)));
        MemberKeys keys = MemberKeys.of(named);
        Founding.found(store, TestLedger.ID, ACME, "acme.example", keys, TestLedger.START);
        return new TestChain(store, keys);
    }

    /// Opens the ledger of a store again, and certifies its last block as an engine does at its start.
    public TestChain reopened(Store store) {
        return new TestChain(store, keys);
    }

    public StoredLedger ledger() {
        return ledger;
    }

    public LedgerReader reader() {
        return ledger.reader();
    }

    public LedgerId id() {
        return ledger.info().ledger();
    }

    public SigningKey key(KeyRole role) {
        return keys.of(role);
    }

    public MemberKeys keys() {
        return keys;
    }

    public long nextTime() {
        return ledger.info().blockTime() + 1_000;
    }

    public byte[] transaction(SigningKey signer, Action... actions) {
        return Transactions.sign(id(), Founding.nonce(), nextTime() + 600_000, Arrays.asList(actions), List.of(signer));
    }

    public byte[] registration(String device) {
        return transaction(key(KeyRole.NODE), device(device, SigningKey.generate(Algorithm.ED25519)));
    }

    public RegisterDevice device(String name, SigningKey key) {
        DeviceId id = DeviceId.of(name);
        return new RegisterDevice(id, KeyRole.DEVICE, key.key(), Possession.sign(id.value(), id(), key));
    }

    public List<TransactionResult> block(byte[]... transactions) {
        return block(new DecidedBlock(ledger.info().height() + 1, nextTime(), List.of(transactions)));
    }

    public List<TransactionResult> block(DecidedBlock block) {
        Finalized finalized = ledger.finalizeBlock(block);
        byte[] header = header(block, finalized.appHash());
        ledger.commit(block.height(), header, Sha256.of(header));
        ledger.certify(block.height(), sign(header));
        return finalized.results();
    }

    public byte[] header(DecidedBlock block, byte[] appHash) {
        Application.Info info = ledger.info();
        List<byte[]> leaves =
                block.transactions().stream().map(MerkleTree::leafHash).toList();
        return new SoloHeader(
                        info.ledger(),
                        info.era().number(),
                        block.height(),
                        block.time(),
                        info.headerHash(),
                        MerkleTree.root(leaves),
                        appHash)
                .encode();
    }

    public byte[] sign(byte[] header) {
        return SoloHeader.decode(header).orThrow().sign(key(KeyRole.ENGINE));
    }

    /// A block with one transaction of these actions; why it was refused, or null.
    public Refusal refusal(SigningKey signer, Action... actions) {
        return block(transaction(signer, actions))
                .getFirst()
                .firstRefusal()
                .map(r -> r.code())
                .orElse(null);
    }
}
