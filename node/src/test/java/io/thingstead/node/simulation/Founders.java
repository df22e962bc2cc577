package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.NamedKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What every simulation begins with: a ledger that one member founded alone, on which four are registered with their
/// logs and devices, at the start of the era in which they vote together. All keys come from names, so that it is made
/// once for all seeds.
final class Founders {
    static final long START_MS = 1_800_000_000_000L;
    static final int COUNT = 4;
    static final int DEVICES = 2;
    static final LedgerId LEDGER = LedgerId.ofHex("5e".repeat(32));

    private static final TreeMap<MemberId, MemberKeys> KEYS = new TreeMap<>();
    private static final MemoryStore.Disk DISK = new MemoryStore.Disk();
    private static int nonces;

    static {
        for (int i = 1; i <= COUNT + 2; i++) {
            KEYS.put(member(i), NamedKeys.of(member(i)));
        }
        found();
    }

    private Founders() {}

    static MemberId member(int number) {
        return new MemberId("m" + number);
    }

    static List<MemberId> members() {
        return IntStream.rangeClosed(1, COUNT).mapToObj(Founders::member).toList();
    }

    static MemberKeys keys(MemberId member) {
        return KEYS.get(member);
    }

    static DeviceId device(MemberId member, int number) {
        return DeviceId.of(member + ":d" + number);
    }

    /// @param generation 0, and one more with each change of the key
    static SigningKey deviceKey(DeviceId device, int generation) {
        return NamedKeys.key(device + " " + generation);
    }

    static RegisterMember registration(MemberId member) {
        return new RegisterMember(member, member + ".example", Founding.possessed(LEDGER, member, keys(member)));
    }

    static RegisterDevice registration(DeviceId device) {
        SigningKey key = deviceKey(device, 0);
        return new RegisterDevice(device, KeyRole.DEVICE, key.key(), Possession.sign(device.value(), LEDGER, key));
    }

    /// A disk of its own.
    static MemoryStore.Disk disk() {
        return DISK.copy();
    }

    private static void found() {
        MemberId first = member(1);
        SigningKey engineKey = keys(first).of(KeyRole.ENGINE);
        EraRecord alone = new EraRecord(
                1,
                EraRecord.SOLO,
                EraRecord.chainId(LEDGER, 1),
                1,
                0,
                new byte[32],
                List.of(new EraMember(first, engineKey.key(), 1)));
        MemoryStore store = new MemoryStore(DISK);
        StoredLedger.found(store, LEDGER, alone);
        StoredLedger ledger = StoredLedger.open(store);
        SigningKey identity = keys(first).of(KeyRole.IDENTITY);
        block(ledger, engineKey, transaction(identity, registration(first)));
        List<Action> others = new ArrayList<>();
        members().stream().skip(1).forEach(m -> others.add(registration(m)));
        block(ledger, engineKey, transaction(identity, others.toArray(Action[]::new)));
        block(ledger, engineKey, members().stream().map(Founders::equipment).toArray(byte[][]::new));
        ledger.startEra(new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(LEDGER, 2),
                ledger.info().height() + 1,
                ledger.reader().head().eventsSize(),
                ledger.info().appHash(),
                members().stream()
                        .map(m -> new EraMember(m, keys(m).of(KeyRole.ENGINE).key(), 1))
                        .toList()));
    }

    private static byte[] equipment(MemberId member) {
        List<RegisterDevice> devices = IntStream.rangeClosed(1, DEVICES)
                .mapToObj(i -> registration(device(member, i)))
                .toList();
        return transaction(
                keys(member).of(KeyRole.NODE), new OpenLog(new LogId(member, 1)), new RegisterDevices(devices));
    }

    private static byte[] transaction(SigningKey signer, Action... actions) {
        byte[] nonce = Arrays.copyOf(Sha256.of(new byte[] {(byte) nonces++}), Transaction.NONCE_BYTES);
        return Transactions.sign(LEDGER, nonce, START_MS + 600_000, Arrays.asList(actions), List.of(signer));
    }

    private static void block(StoredLedger ledger, SigningKey engineKey, byte[]... transactions) {
        var info = ledger.info();
        var block =
                new DecidedBlock(info.height() + 1, START_MS - 10_000 + info.height() * 1_000, List.of(transactions));
        var finalized = ledger.finalizeBlock(block);
        finalized.results().forEach(result -> {
            if (!result.happened()) {
                throw new IllegalStateException("the members were not founded: " + result.refusals());
            }
        });
        SoloHeader header = new SoloHeader(
                LEDGER,
                1,
                block.height(),
                block.time(),
                info.headerHash(),
                MerkleTree.root(
                        block.transactions().stream().map(MerkleTree::leafHash).toList()),
                finalized.appHash());
        ledger.commit(block.height(), header.encode(), Sha256.of(header.encode()));
        ledger.certify(block.height(), header.sign(engineKey));
    }
}
