package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.consensus.NamedKeys;
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
import io.thingstead.node.ledger.action.Transfer;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.HoldRecord;
import java.util.List;
import java.util.Random;

/// What members do with money in a simulation, honest or not: they create assets, issue, pay, hold, and open channels;
/// they spend twice, hand in a payment at two members, and show vouchers that they should not. Contracts are left to
/// [ContractDealings].
final class Dealings {
    private static final long MINUTE_MS = 60_000;
    private static final SigningKey VOUCHERS = NamedKeys.key("vouchers");

    private final World world;
    private final ContractDealings contracts;

    Dealings(World world) {
        this.world = world;
        this.contracts = new ContractDealings(world);
    }

    /// This member does something.
    void deal(SimulatedMember member) {
        if (contracts.sign(member)) {
            return;
        }
        Random random = world.random();
        AccountId own = AccountId.of(member.id);
        AssetId asset = random.nextInt(4) == 0 ? AssetId.of(member.id + ":EUR") : SimulatedContracts.EUR;
        switch (random.nextInt(16)) {
            case 0, 1 -> member.ask(pay(own, amount(member, own, asset), asset));
            case 2 -> member.ask(new CreateAsset(AssetId.of(member.id + ":EUR"), 2));
            case 3 ->
                member.ask(new Issue(AssetId.of(member.id + ":EUR"), anyAccount(), 1 + random.nextInt(500), null));
            case 4 -> member.ask(new Redeem(AssetId.of(member.id + ":EUR"), 1 + random.nextInt(500), null));
            case 5 -> spendTwice(member, own, asset);
            case 6 -> handInTwice(member, own, asset);
            case 7 -> hold(member, own, asset);
            case 8 -> endHold(member, own);
            case 9 -> openChannel(member, own, asset);
            case 10 -> closeChannel(member, own);
            default -> contracts.deal(member);
        }
    }

    private AccountId anyAccount() {
        MemberId member = Founders.member(1 + world.random().nextInt(Founders.COUNT));
        return world.random().nextInt(3) == 0
                ? AccountId.of(Founders.device(member, 1 + world.random().nextInt(Founders.DEVICES)))
                : AccountId.of(member);
    }

    private long has(SimulatedMember member, AccountId account, AssetId asset) {
        return member.reader().money().balances(account).stream()
                .filter(holding -> holding.asset().asset().equals(asset))
                .mapToLong(holding -> holding.balance().available())
                .sum();
    }

    /// Sometimes more than there is.
    private long amount(SimulatedMember member, AccountId account, AssetId asset) {
        return 1 + world.random().nextInt((int) Math.max(1, has(member, account, asset) / 8 * 9));
    }

    private Transfer pay(AccountId from, long amount, AssetId asset) {
        return new Transfer(from, anyAccount(), asset, amount, world.bytes(32), null);
    }

    /// All that is there, to two payees at once.
    private void spendTwice(SimulatedMember member, AccountId own, AssetId asset) {
        long all = has(member, own, asset);
        if (all > 0) {
            world.count("money spent twice, tried");
            member.ask(pay(own, all, asset));
            member.ask(pay(own, all, asset));
        }
    }

    /// One payment, handed in here and at another member.
    private void handInTwice(SimulatedMember member, AccountId own, AssetId asset) {
        List<Action> payment = List.of(pay(own, amount(member, own, asset), asset));
        byte[] transaction = Transactions.sign(
                Founders.LEDGER,
                world.nonce(),
                member.reader().head().blockTime() + MINUTE_MS,
                payment,
                List.of(member.keys.of(KeyRole.NODE)));
        member.handIn(transaction);
        SimulatedMember other =
                world.members().get(Founders.member(1 + world.random().nextInt(Founders.COUNT)));
        if (other.isUp() && !other.isStill()) {
            world.count("payments handed in twice");
            other.handIn(transaction);
        }
    }

    private void hold(SimulatedMember member, AccountId own, AssetId asset) {
        long until = member.reader().contracts().timeMs()
                + MINUTE_MS
                + world.random().nextInt(30_000);
        member.ask(new Hold(own, anyAccount(), asset, amount(member, own, asset), until, null));
    }

    private void endHold(SimulatedMember member, AccountId own) {
        List<HoldRecord> holds = member.reader().money().holds(own);
        if (!holds.isEmpty()) {
            HoldRecord hold = holds.get(world.random().nextInt(holds.size()));
            member.ask(
                    world.random().nextInt(4) == 0
                            ? new Release(hold.number())
                            : new Capture(hold.number(), 1 + world.random().nextInt((int) hold.amount() + 1), null));
        }
    }

    private void openChannel(SimulatedMember member, AccountId own, AssetId asset) {
        long now = member.reader().contracts().timeMs();
        long deposit = 1 + world.random().nextInt(1_000);
        member.ask(new OpenChannel(
                own, anyAccount(), asset, deposit, VOUCHERS.key(), now + 60 * MINUTE_MS, 10 * MINUTE_MS));
    }

    /// With a voucher over less or more than there is, or of nobody, or with none.
    private void closeChannel(SimulatedMember member, AccountId own) {
        List<ChannelRecord> channels = member.reader().money().channels(own);
        if (channels.isEmpty()) {
            return;
        }
        ChannelRecord channel = channels.get(world.random().nextInt(channels.size()));
        long amount = 1 + world.random().nextInt((int) channel.deposit() / 8 * 9 + 1);
        switch (world.random().nextInt(4)) {
            case 0 -> member.ask(new CloseChannel(channel.number(), null));
            case 1 -> {
                byte[] forged = new Voucher(channel.number(), amount).sign(Founders.LEDGER, NamedKeys.key("nobody"));
                member.askInVain("a forged voucher", List.of(), new CloseChannel(channel.number(), forged));
            }
            default -> {
                byte[] voucher = new Voucher(channel.number(), amount).sign(Founders.LEDGER, VOUCHERS);
                CloseChannel close = new CloseChannel(channel.number(), voucher);
                if (amount > channel.deposit()) {
                    member.askInVain("a voucher over more than the deposit", List.of(), close);
                } else {
                    member.ask(close);
                }
            }
        }
    }
}
