package io.thingstead.node.api;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.money.LimitRecord;
import org.jspecify.annotations.Nullable;

/// Money moved with the member's own authority, that of its node key. Each waits until the ledger has decided.
public interface Paying {
    TransactionResult createAsset(AssetId asset, int decimals);

    TransactionResult issue(AssetId asset, AccountId to, long amount, byte @Nullable [] reference);

    TransactionResult redeem(AssetId asset, long amount, byte @Nullable [] reference);

    TransactionResult openAccount(VerifyingKey key, byte[] possession);

    /// @param limit within which it is spent, or null
    TransactionResult transfer(
            AccountId from,
            AccountId to,
            AssetId asset,
            long amount,
            byte @Nullable [] reference,
            @Nullable Long limit);

    TransactionResult hold(
            AccountId from, AccountId payee, AssetId asset, long amount, long until, byte @Nullable [] reference);

    TransactionResult capture(long hold, long amount, byte @Nullable [] reference);

    TransactionResult release(long hold);

    TransactionResult setLimit(LimitRecord.Terms terms);

    TransactionResult revokeLimit(long limit);

    /// @param key that signs the channel's vouchers
    TransactionResult openChannel(
            AccountId payer,
            AccountId payee,
            AssetId asset,
            long deposit,
            VerifyingKey key,
            long expiry,
            long windowMs);

    TransactionResult topUp(long channel, long amount);

    TransactionResult closeChannel(long channel, byte @Nullable [] voucher);

    /// Hands in what others signed.
    TransactionResult submit(byte[] transaction);
}
