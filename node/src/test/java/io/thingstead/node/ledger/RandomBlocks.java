package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.key;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Blocks as anybody might ask for: sensible actions, useless ones, wrong signers, repeats, garbage, long gaps.
public final class RandomBlocks {
    private static final int NAMES = 12;
    private static final int KEYS = 30;

    private final Random random;
    private final TestLedger nonces = TestLedger.empty();
    private final List<byte[]> earlier = new ArrayList<>();
    private final List<SigningKey> keys = new ArrayList<>();

    public RandomBlocks(Random random) {
        this.random = random;
        for (int i = 0; i < KEYS; i++) {
            keys.add(key("random " + i, i % 5 == 0 ? Algorithm.ES256 : Algorithm.ED25519));
        }
    }

    /// How much later than the last block the next one comes.
    public long gapMs() {
        return switch (random.nextInt(20)) {
            case 0 -> 1;
            case 1 -> 120_000 + random.nextInt(3);
            case 2 -> 10_000_000;
            default -> 1 + random.nextInt(20_000);
        };
    }

    /// The transactions of a block at this time.
    public List<byte[]> transactions(long time) {
        List<byte[]> transactions = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            transactions.add(transaction(time));
        }
        return transactions;
    }

    private byte[] transaction(long time) {
        int kind = random.nextInt(12);
        if (kind == 0 && !earlier.isEmpty()) {
            return earlier.get(random.nextInt(earlier.size()));
        }
        if (kind == 1) {
            byte[] garbage = new byte[random.nextInt(100)];
            random.nextBytes(garbage);
            return garbage;
        }
        List<Action> actions = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            actions.add(action());
        }
        List<SigningKey> signers = new ArrayList<>(List.of(signer()));
        SigningKey second = signer();
        if (random.nextInt(4) == 0 && !signers.contains(second)) {
            signers.add(second);
        }
        byte[] transaction = Transactions.sign(
                TestLedger.ID,
                nonces.nonce(),
                time + random.nextInt(200_000) - 1_000,
                actions,
                random.nextInt(3) == 0,
                signers);
        if (kind == 2) {
            transaction[random.nextInt(transaction.length)] ^= (byte) (1 << random.nextInt(8));
        }
        earlier.add(transaction);
        return transaction;
    }

    private SigningKey signer() {
        return switch (random.nextInt(8)) {
            case 0 -> key(KeyRole.IDENTITY);
            case 1, 2 -> key(KeyRole.LOG);
            case 3, 4 -> anyKey();
            default -> key(KeyRole.NODE);
        };
    }

    private SigningKey anyKey() {
        return keys.get(random.nextInt(KEYS));
    }

    private String name() {
        return "acme:thing-" + random.nextInt(NAMES);
    }

    private LogId log() {
        return new LogId(ACME, 1 + random.nextInt(4));
    }

    private Action action() {
        return switch (random.nextInt(9)) {
            case 0 -> TestLedger.registration(ACME);
            case 1 -> new OpenLog(log());
            case 2 -> random.nextInt(4) > 0 ? anchor() : new CloseLog(log(), 1 + random.nextInt(3));
            case 3 -> TestLedger.device(name(), random.nextBoolean() ? KeyRole.DEVICE : KeyRole.GATEWAY, anyKey());
            case 4 ->
                new RegisterDevices(
                        List.of(TestLedger.device(name(), anyKey()), RegisterDevice.withToken(DeviceId.of(name()))));
            case 5 -> TestLedger.rotation(name(), anyKey(), random.nextInt(1_000), anyKey());
            case 6 -> new RevokeDeviceKey(DeviceId.of(name()), anyKey().key().thumbprint(), 1 + random.nextInt(4));
            case 7 -> TestLedger.furtherKey(name(), anyKey());
            default -> anchor();
        };
    }

    private Action anchor() {
        byte[] leaf = MerkleTree.leafHash(new byte[] {1});
        byte[] root = MerkleTree.nodeHash(leaf, leaf);
        return random.nextBoolean()
                ? new AnchorCheckpoint(log(), 0, 1, leaf, List.of())
                : new AnchorCheckpoint(log(), 1, 2, root, List.of(leaf));
    }
}
