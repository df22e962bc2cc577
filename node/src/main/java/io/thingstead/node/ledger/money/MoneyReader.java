package io.thingstead.node.ledger.money;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Money on the ledger as the rest of the node sees it: all answers of one reader are as of one block.
public interface MoneyReader {
    /// Others may give an account as many holds and channels as they like.
    int MOST = 1_000;

    Optional<AssetRecord> asset(AssetId asset);

    /// All assets, by name.
    List<AssetRecord> assets();

    /// Whether there is such an account: money may stand there.
    boolean knows(AccountId account);

    Optional<AccountRecord> wallet(Thumbprint key);

    /// Wallets of all hosts, by key, those after `after`, at most `limit`.
    List<AccountRecord> wallets(@Nullable Thumbprint after, int limit);

    /// Devices of a member that have money, or are party to a hold, a limit, a channel or a contract; in the order of
    /// their names with a slash behind, those after `after`, at most `limit`.
    List<DeviceId> devices(MemberId member, @Nullable DeviceId after, int limit);

    /// What the account has, by asset; nothing of what it has nothing of.
    List<Holding> balances(AccountId account);

    Optional<HoldRecord> hold(long number);

    /// Open holds that the account gave or is given, by number, at most [#MOST].
    List<HoldRecord> holds(AccountId account);

    Optional<LimitRecord> limit(long number);

    /// Limits that the account set or spends within, by number, at most [#MOST].
    List<LimitRecord> limits(AccountId account);

    Optional<ChannelRecord> channel(long number);

    /// Channels that the account pays or is paid through, by number, at most [#MOST].
    List<ChannelRecord> channels(AccountId account);

    /// The ledger time of that block: deadlines are in it.
    long timeMs();

    /// What an account has of an asset.
    record Holding(AssetRecord asset, Balance balance) {}
}
