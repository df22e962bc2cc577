package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.AccountId;
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
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What every simulation begins with: a ledger that one member founded alone, on which four are registered with their
/// logs, devices and money, and with contracts that have begun, at the start of the era in which they vote together.
/// All keys come from names, so that it is made
/// once for all seeds.
final class Founders {
    static final long START_MS = 1_800_000_000_000L;
    static final int COUNT = 4;
    static final int DEVICES = 2;
    /// What each has to begin with, in cents.
    static final long MONEY = 100_000_00;

    /// Contracts begin so long before the simulation that their first deadlines, of a minute, are within it.
    private static final long BEFORE_MS = 60_000;
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
        block(ledger, engineKey, money(first));
        contracts(ledger, engineKey);
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

    private static byte[] money(MemberId issuer) {
        List<Action> actions = new ArrayList<>();
        actions.add(new CreateAsset(SimulatedContracts.EUR, 2));
        members().forEach(m -> actions.add(new Issue(SimulatedContracts.EUR, AccountId.of(m), MONEY, null)));
        return transaction(keys(issuer).of(KeyRole.NODE), actions.toArray(Action[]::new));
    }

    /// One of the templates each, and one about a device of each member: they run when the simulation begins.
    private static void contracts(StoredLedger ledger, SigningKey engineKey) {
        List<DraftContract> drafts = new ArrayList<>();
        for (int i = 1; i <= COUNT; i++) {
            drafts.add(SimulatedContracts.small(device(member(i), 1), member(i % COUNT + 1)));
        }
        drafts.add(SimulatedContracts.coldChain(device(member(2), 2), member(3), member(4), member(1)));
        drafts.add(SimulatedContracts.parking(device(member(3), 2), device(member(4), 2)));
        List<byte[]> drafting = new ArrayList<>();
        for (DraftContract draft : drafts) {
            MemberId party = ((AccountId.Member) draft.accounts().getFirst()).member();
            drafting.add(transaction(keys(party).of(KeyRole.NODE), draft));
        }
        block(ledger, engineKey, drafting.toArray(byte[][]::new));
        List<byte[]> signing = new ArrayList<>();
        for (MemberId member : members()) {
            List<Action> signs = new ArrayList<>();
            for (int i = 0; i < drafts.size(); i++) {
                if (drafts.get(i).accounts().contains(AccountId.of(member))) {
                    byte[] agreement = ledger.reader()
                            .contracts()
                            .contract(i + 1)
                            .orElseThrow()
                            .agreement();
                    signs.add(new SignContract(i + 1, agreement));
                }
            }
            signing.add(transaction(keys(member).of(KeyRole.NODE), signs.toArray(Action[]::new)));
        }
        block(ledger, engineKey, signing.toArray(byte[][]::new));
    }

    private static byte[] transaction(SigningKey signer, Action... actions) {
        byte[] nonce = Arrays.copyOf(Sha256.of(new byte[] {(byte) nonces++}), Transaction.NONCE_BYTES);
        return Transactions.sign(LEDGER, nonce, START_MS + 600_000, Arrays.asList(actions), List.of(signer));
    }

    private static void block(StoredLedger ledger, SigningKey engineKey, byte[]... transactions) {
        var info = ledger.info();
        var block = new DecidedBlock(
                info.height() + 1, START_MS - BEFORE_MS + info.height() * 1_000, List.of(transactions));
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
