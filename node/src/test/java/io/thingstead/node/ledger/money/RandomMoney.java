package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.fullRegistration;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Capture;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.Redeem;
import io.thingstead.node.ledger.action.Release;
import io.thingstead.node.ledger.action.RevokeLimit;
import io.thingstead.node.ledger.action.SetLimit;
import io.thingstead.node.ledger.action.TopUpChannel;
import io.thingstead.node.ledger.action.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Transactions about money at random, of a few accounts that have much to do with each other; many of them ask for
/// what nobody may have.
public final class RandomMoney {
    private static final List<AssetId> ASSETS =
            List.of(AssetId.of("acme:EUR"), AssetId.of("m2:POINTS"), AssetId.of("m3:ALL"));
    private static final SigningKey VOUCHERS = key("vouchers");
    private static final int MAX_ACTIONS = 24;

    private final Random random;
    private final TestLedger ledger = TestLedger.founded();
    private final Map<AccountId, SigningKey> owners = new LinkedHashMap<>();
    private final List<AccountId> accounts;

    public RandomMoney(Random random) {
        this.random = random;
        SigningKey identity = key(KeyRole.IDENTITY);
        ledger.submit(identity, fullRegistration(member(2)), fullRegistration(member(3)));
        for (int i = 1; i <= 3; i++) {
            SigningKey node = key(i, KeyRole.NODE);
            String name = member(i) + ":car";
            ledger.submit(node, device(name, key(name)), new CreateAsset(ASSETS.get(i - 1), 3 * i - 3));
            owners.put(AccountId.of(member(i)), node);
            owners.put(AccountId.of(DeviceId.of(name)), key(name));
        }
        for (int i = 0; i < 4; i++) {
            SigningKey wallet = key("wallet " + i);
            ledger.submit(key(KeyRole.NODE), TestMoney.account(wallet));
            owners.put(AccountId.of(wallet.key().thumbprint()), wallet);
        }
        accounts = List.copyOf(owners.keySet());
    }

    public TestLedger ledger() {
        return ledger;
    }

    /// The key that disposes of an account, by its thumbprint.
    public SigningKey owner(Thumbprint signer) {
        return owners.values().stream()
                .filter(key -> key.key().thumbprint().equals(signer))
                .findFirst()
                .orElseThrow();
    }

    /// Seconds as a rule, sometimes so long that deadlines pass, sometimes an outage.
    public long gapMs() {
        return switch (random.nextInt(40)) {
            case 0 -> 120_001 + random.nextInt(10_000_000);
            case 1, 2, 3 -> 60_000 + random.nextInt(60_000);
            default -> 1 + random.nextInt(8_000);
        };
    }

    /// @param time of the block
    public List<byte[]> transactions(long time, int mostActions) {
        List<byte[]> transactions = new ArrayList<>();
        int left = mostActions;
        for (int i = random.nextInt(8); i > 0 && left > 0; i--) {
            List<SigningKey> signers = new ArrayList<>();
            List<AccountId> theirs = new ArrayList<>();
            for (int s = 1 + random.nextInt(6); s > 0; s--) {
                AccountId account = accounts.get(random.nextInt(accounts.size()));
                if (!theirs.contains(account)) {
                    theirs.add(account);
                    signers.add(owners.get(account));
                }
            }
            List<Action> actions = new ArrayList<>();
            for (int a = 1 + random.nextInt(MAX_ACTIONS); a > 0 && left > 0; a--, left--) {
                actions.add(action(theirs, time));
            }
            transactions.add(
                    Transactions.sign(ID, ledger.nonce(), time + 50_000, actions, random.nextInt(4) == 0, signers));
        }
        return transactions;
    }

    private AccountId one(List<AccountId> theirs) {
        return random.nextInt(8) > 0
                ? theirs.get(random.nextInt(theirs.size()))
                : accounts.get(random.nextInt(accounts.size()));
    }

    private AccountId any() {
        return switch (random.nextInt(60)) {
            case 0 -> new AccountId.Channel(1 + random.nextInt(50));
            case 1 -> new AccountId.Contract(1 + random.nextInt(3));
            case 2 -> AccountId.of(DeviceId.of("acme:none"));
            default -> accounts.get(random.nextInt(accounts.size()));
        };
    }

    private AssetId asset() {
        return random.nextInt(50) == 0 ? AssetId.of("acme:NONE") : ASSETS.get(random.nextInt(ASSETS.size()));
    }

    /// Often about as much as there is, so that the edge is met.
    private long amount(AccountId of, AssetId asset) {
        byte[] value = ledger.values().get(StateKeys.balance(of, asset));
        long available = value == null ? 0 : Balance.decode(value).available();
        return switch (random.nextInt(12)) {
            case 0 -> available;
            case 1 -> Math.min(available + 1, Amounts.MAX);
            case 2 -> 0;
            case 3 -> Amounts.MAX;
            case 4, 5 -> available / 2;
            default -> 1 + random.nextInt(1_000);
        };
    }

    private long number(String kind) {
        byte[] value = ledger.values().get(kind);
        long last = value == null ? 0 : SuspendedClock.decode(value);
        return random.nextInt(10) == 0 ? random.nextLong(last + 3) : Math.max(1, last - random.nextInt(40));
    }

    private long later(long time, long atLeast) {
        long now = time - SuspendedClock.decode(ledger.values().get(StateKeys.CLOCK));
        return now + atLeast - 500 + random.nextInt(1_200_000);
    }

    private Action action(List<AccountId> theirs, long time) {
        AccountId from = one(theirs);
        AccountId to = any();
        AssetId asset = asset();
        byte[] reference = random.nextBoolean() ? null : new byte[32];
        return switch (random.nextInt(20)) {
            case 0, 1 -> new Issue(asset, to, amount(from, asset), reference);
            case 2 -> new Redeem(asset, amount(AccountId.of(asset.issuer()), asset), reference);
            case 3, 4, 5 -> new Hold(from, to, asset, amount(from, asset), later(time, 60_000), reference);
            case 6, 7 -> new Capture(number("holds"), 1 + random.nextInt(1_000), reference);
            case 8 -> new Release(number("holds"));
            case 9 -> setLimit(from, to, asset, time);
            case 10 -> random.nextInt(3) == 0 ? new RevokeLimit(number("limits")) : withinLimit(from, to, asset);
            case 11 -> withinLimit(from, to, asset);
            case 12, 13 ->
                new OpenChannel(
                        from,
                        to,
                        asset,
                        amount(from, asset),
                        VOUCHERS.key(),
                        later(time, 1_200_000),
                        600_000 + random.nextInt(2));
            case 14 -> new TopUpChannel(number("channels"), amount(from, asset));
            case 15 -> close();
            default -> new Transfer(from, to, asset, amount(from, asset), reference, null);
        };
    }

    private Action setLimit(AccountId owner, AccountId spender, AssetId asset, long time) {
        long perDay = random.nextInt(3_000);
        return new SetLimit(new LimitRecord.Terms(
                owner,
                spender,
                asset,
                perDay,
                random.nextLong(perDay + 2),
                random.nextBoolean() ? null : "parking",
                random.nextBoolean() ? List.of() : List.of(any(), any()),
                later(time, 60_000)));
    }

    private Action withinLimit(AccountId from, AccountId to, AssetId asset) {
        long number = number("limits");
        byte[] value = ledger.values().get(StateKeys.limit(number));
        if (value == null) {
            return new Transfer(from, to, asset, 1, null, number);
        }
        LimitRecord.Terms terms = LimitRecord.decode(number, value).terms();
        return new Transfer(terms.owner(), to, terms.asset(), random.nextLong(terms.atOnce() + 2), null, number);
    }

    private Action close() {
        long number = Math.max(1, number("channels"));
        byte[] value = ledger.values().get(StateKeys.channel(number));
        long deposit = value == null ? 100 : ChannelRecord.decode(number, value).deposit();
        return switch (random.nextInt(6)) {
            case 0 -> new CloseChannel(number, null);
            case 1 -> new CloseChannel(number, new Voucher(number, deposit).sign(ID, VOUCHERS));
            case 2 ->
                new CloseChannel(number, new Voucher(number, Math.min(deposit + 1, Amounts.MAX)).sign(ID, VOUCHERS));
            case 3 -> new CloseChannel(number, new Voucher(number + 1, 1).sign(ID, VOUCHERS));
            default -> new CloseChannel(number, new Voucher(number, 1 + random.nextLong(deposit)).sign(ID, VOUCHERS));
        };
    }
}
