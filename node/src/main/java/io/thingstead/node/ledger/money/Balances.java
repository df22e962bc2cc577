package io.thingstead.node.ledger.money;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who has how much, and who may dispose of it. Every change of a balance is made here, and conserves: what all
/// accounts have of an asset together is what is issued of it, which is at most 2^53 − 1, so that no sum overflows.
public final class Balances {
    private Balances() {}

    public static Balance of(Draft draft, AccountId account, AssetId asset) {
        byte[] value = draft.get(StateKeys.balance(account, asset));
        return value == null ? Balance.NONE : Balance.decode(value);
    }

    /// All that the account has, with what is held.
    public static long balance(Draft draft, AccountId account, AssetId asset) {
        return of(draft, account, asset).amount();
    }

    /// What the account may spend: its balance without what is held.
    public static long available(Draft draft, AccountId account, AssetId asset) {
        return of(draft, account, asset).available();
    }

    private static void put(Draft draft, AccountId account, AssetId asset, long amount, long held) {
        String key = StateKeys.balance(account, asset);
        Balance balance = new Balance(amount, held);
        if (balance.amount() == 0) {
            draft.remove(key);
        } else {
            draft.put(key, balance.encode());
        }
    }

    /// Moves what is available from one account to another. Who may ask for it is the caller's to check.
    ///
    /// @return why not, or null: it is done
    public static @Nullable Refused move(Draft draft, AccountId from, AccountId to, AssetId asset, long amount) {
        Refused objection = spending(draft, from, asset, amount);
        if (objection == null) {
            objection = missing(draft, to);
        }
        if (objection == null) {
            take(draft, from, asset, amount);
            give(draft, to, asset, amount);
        }
        return objection;
    }

    /// Why the account cannot spend this now, or null.
    public static @Nullable Refused spending(Draft draft, AccountId from, AssetId asset, long amount) {
        if (!Amounts.isOne(amount)) {
            return new Refused(Refusal.AMOUNT_RANGE, "an amount is from 1 to 2^53 - 1 of the smallest unit: " + amount);
        }
        long available = available(draft, from, asset);
        if (available >= amount) {
            return null;
        }
        AssetRecord record = AssetRecord.of(draft, asset);
        return record == null
                ? new Refused(Refusal.ASSET_UNKNOWN, "no asset " + asset)
                : new Refused(
                        Refusal.FUNDS_INSUFFICIENT,
                        from + " has " + record.text(available) + " to spend, not " + record.text(amount));
    }

    /// Sets aside what is available: it is not spent before [#free].
    static void hold(Draft draft, AccountId account, AssetId asset, long amount) {
        Balance before = of(draft, account, asset);
        put(draft, account, asset, before.amount(), before.held() + amount);
    }

    /// Makes what is held available again.
    static void free(Draft draft, AccountId account, AssetId asset, long amount) {
        Balance before = of(draft, account, asset);
        put(draft, account, asset, before.amount(), before.held() - amount);
    }

    private static void take(Draft draft, AccountId account, AssetId asset, long amount) {
        Balance before = of(draft, account, asset);
        put(draft, account, asset, before.amount() - amount, before.held());
    }

    private static void give(Draft draft, AccountId account, AssetId asset, long amount) {
        Balance before = of(draft, account, asset);
        put(draft, account, asset, before.amount() + amount, before.held());
    }

    /// Makes more of the asset; the issuer's to ask for.
    ///
    /// @return why not, or null: it is done
    public static @Nullable Refused issue(Draft draft, AssetId asset, AccountId to, long amount) {
        AssetRecord record = AssetRecord.of(draft, asset);
        if (record == null) {
            return new Refused(Refusal.ASSET_UNKNOWN, "no asset " + asset);
        }
        if (!Amounts.isOne(amount) || amount > Amounts.MAX - record.issued()) {
            return new Refused(
                    Refusal.AMOUNT_RANGE,
                    "an amount is from 1 on, and what is issued in all at most 2^53 - 1 of the smallest unit: "
                            + amount);
        }
        Refused objection = missing(draft, to);
        if (objection == null) {
            record.withIssued(record.issued() + amount).put(draft);
            give(draft, to, asset, amount);
        }
        return objection;
    }

    /// Takes some of the asset out of being; the issuer's to ask for.
    ///
    /// @return why not, or null: it is done
    public static @Nullable Refused redeem(Draft draft, AssetId asset, AccountId from, long amount) {
        Refused objection = spending(draft, from, asset, amount);
        if (objection == null) {
            AssetRecord record = Objects.requireNonNull(AssetRecord.of(draft, asset), "somebody has some of it");
            record.withIssued(record.issued() - amount).put(draft);
            take(draft, from, asset, amount);
        }
        return objection;
    }

    /// Why there is no such account, or null. Those of members and devices are there as soon as these are.
    public static @Nullable Refused missing(Draft draft, AccountId account) {
        boolean there = switch (account) {
            case AccountId.Member(var member) -> draft.knows(member);
            case AccountId.Device(DeviceId device) -> draft.knows(device);
            case AccountId.Key(Thumbprint key) -> draft.get(StateKeys.account(key)) != null;
            case AccountId.Channel(long number) -> draft.get(StateKeys.channel(number)) != null;
            // Whoever moves money to a contract has it before it.
            case AccountId.Contract _ -> true;
        };
        return there ? null : new Refused(Refusal.ACCOUNT_UNKNOWN, "no account " + account);
    }

    /// Why nobody can be paid at this account, or null: there is none, its member was removed, or the ledger keeps it
    /// for a contract or a channel, which have actions of their own.
    public static @Nullable Refused notPayable(Draft draft, AccountId account) {
        if (account.isOfLedger()) {
            return new Refused(Refusal.ACCOUNT_UNKNOWN, account + " is paid by actions of its own only");
        }
        Refused objection = missing(draft, account);
        if (objection == null && account instanceof AccountId.Member(var member) && draft.isRemoved(member)) {
            return new Refused(Refusal.MEMBER_REMOVED, member + " was removed from the ledger");
        }
        return objection;
    }

    /// Whether one of the signers may dispose of the account: the member's node key; a device's key in force, or the
    /// node key of its member; the wallet key. What the ledger keeps nobody signs for.
    public static boolean isSignedByOwner(List<Thumbprint> signers, AccountId account, Draft draft) {
        return switch (account) {
            case AccountId.Member(var member) -> draft.isSignedBy(signers, member, KeyRole.NODE);
            case AccountId.Device(DeviceId device) -> {
                DeviceRecord record = draft.device(device);
                yield record != null
                        && (signers.stream().anyMatch(record.keys()::contains)
                                || draft.isSignedBy(signers, device.member(), KeyRole.NODE));
            }
            case AccountId.Key(Thumbprint key) -> signers.contains(key) && draft.get(StateKeys.account(key)) != null;
            case AccountId.Contract _, AccountId.Channel _ -> false;
        };
    }
}
