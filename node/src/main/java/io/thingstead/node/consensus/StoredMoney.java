package io.thingstead.node.consensus;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.ledger.money.AccountRecord;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.LimitRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Money out of the state as of one block.
///
/// @param blockTime of that block
record StoredMoney(ValueSource values, long blockTime) implements MoneyReader {
    /// Keys are ASCII text below it.
    private static final char LAST = 0x7f;

    @Override
    public Optional<AssetRecord> asset(AssetId asset) {
        return Optional.ofNullable(values.get(StateKeys.asset(asset))).map(value -> AssetRecord.decode(asset, value));
    }

    @Override
    public List<AssetRecord> assets() {
        List<AssetRecord> found = new ArrayList<>();
        values.withPrefix(
                StateKeys.ASSETS,
                (key, value) ->
                        found.add(AssetRecord.decode(AssetId.of(key.substring(StateKeys.ASSETS.length())), value)));
        return found;
    }

    @Override
    public boolean knows(AccountId account) {
        String key = switch (account) {
            case AccountId.Member(var member) -> StateKeys.member(member);
            case AccountId.Device(var device) -> StateKeys.device(device);
            case AccountId.Key(var wallet) -> StateKeys.account(wallet);
            case AccountId.Channel(long number) -> StateKeys.channel(number);
            case AccountId.Contract(long number) -> StateKeys.contract(number);
        };
        return values.get(key) != null;
    }

    @Override
    public Optional<AccountRecord> wallet(Thumbprint key) {
        return Optional.ofNullable(values.get(StateKeys.account(key))).map(value -> AccountRecord.decode(key, value));
    }

    @Override
    public List<AccountRecord> wallets(@Nullable Thumbprint after, int limit) {
        List<AccountRecord> found = new ArrayList<>();
        String from = StateKeys.ACCOUNTS + (after == null ? "" : after.hex() + LAST);
        values.range(from, StateKeys.ACCOUNTS + LAST, limit, (key, value) -> {
            Thumbprint wallet = Thumbprint.ofHex(key.substring(StateKeys.ACCOUNTS.length()));
            found.add(AccountRecord.decode(wallet, value));
        });
        return found;
    }

    @Override
    public List<DeviceId> devices(MemberId member, @Nullable DeviceId after, int limit) {
        SortedSet<String> found = new TreeSet<>();
        String start = "device/" + member + ":";
        for (String rows : List.of(StateKeys.BALANCES, StateKeys.PARTIES)) {
            beginnings(rows + start, after == null ? "" : after.name() + "/", limit, found);
        }
        return found.stream()
                .limit(limit)
                .map(name -> DeviceId.of(member + ":" + name.substring(0, name.length() - 1)))
                .toList();
    }

    /// What follows the prefix in the keys up to the next slash, with it, each once, those after `after`, at most
    /// `limit`: a step leads over all rows that begin alike.
    private void beginnings(String prefix, String after, int limit, SortedSet<String> found) {
        String from = prefix + after + (after.isEmpty() ? "" : LAST);
        for (int i = 0; i < limit; i++) {
            String row = first(from, prefix + LAST);
            if (row == null) {
                return;
            }
            String beginning = row.substring(prefix.length(), row.indexOf('/', prefix.length()) + 1);
            found.add(beginning);
            from = prefix + beginning + LAST;
        }
    }

    private @Nullable String first(String from, String to) {
        List<String> found = new ArrayList<>(1);
        values.range(from, to, 1, (key, _) -> found.add(key));
        return found.isEmpty() ? null : found.getFirst();
    }

    @Override
    public List<Holding> balances(AccountId account) {
        List<Holding> found = new ArrayList<>();
        String prefix = StateKeys.balances(account);
        values.withPrefix(prefix, (key, value) -> {
            AssetRecord asset =
                    asset(AssetId.of(key.substring(prefix.length()))).orElseThrow();
            found.add(new Holding(asset, Balance.decode(value)));
        });
        return found;
    }

    @Override
    public Optional<HoldRecord> hold(long number) {
        return Optional.ofNullable(values.get(StateKeys.hold(number))).map(value -> HoldRecord.decode(number, value));
    }

    @Override
    public List<HoldRecord> holds(AccountId account) {
        return of(account, "hold", this::hold, Comparator.comparingLong(HoldRecord::number));
    }

    @Override
    public Optional<LimitRecord> limit(long number) {
        return Optional.ofNullable(values.get(StateKeys.limit(number))).map(value -> LimitRecord.decode(number, value));
    }

    @Override
    public List<LimitRecord> limits(AccountId account) {
        return of(account, "limit", this::limit, Comparator.comparingLong(LimitRecord::number));
    }

    @Override
    public Optional<ChannelRecord> channel(long number) {
        return Optional.ofNullable(values.get(StateKeys.channel(number)))
                .map(value -> ChannelRecord.decode(number, value));
    }

    @Override
    public List<ChannelRecord> channels(AccountId account) {
        return of(account, "channel", this::channel, Comparator.comparingLong(ChannelRecord::number));
    }

    private <T> List<T> of(AccountId account, String kind, LongFunction<Optional<T>> record, Comparator<T> order) {
        List<T> found = new ArrayList<>();
        String prefix = StateKeys.parties(account, kind);
        values.range(
                prefix,
                prefix + LAST,
                MOST,
                (key, _) -> found.add(record.apply(Long.parseLong(key, prefix.length(), key.length(), 10))
                        .orElseThrow()));
        found.sort(order);
        return found;
    }

    @Override
    public long timeMs() {
        return blockTime - SuspendedClock.decode(Objects.requireNonNull(values.get(StateKeys.CLOCK)));
    }
}
