package io.thingstead.node;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.api.Paying;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Capture;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenAccount;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.Redeem;
import io.thingstead.node.ledger.action.Release;
import io.thingstead.node.ledger.action.RevokeLimit;
import io.thingstead.node.ledger.action.SetLimit;
import io.thingstead.node.ledger.action.TopUpChannel;
import io.thingstead.node.ledger.action.Transfer;
import io.thingstead.node.ledger.money.LimitRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Money for the HTTP interface: on the ledger with the member's node key.
public record Payments(MemberId self, Registrar registrar) implements Paying {
    private TransactionResult ask(Action action) {
        return registrar.submit(List.of(action));
    }

    @Override
    public TransactionResult createAsset(AssetId asset, int decimals) {
        return ask(new CreateAsset(asset, decimals));
    }

    @Override
    public TransactionResult issue(AssetId asset, AccountId to, long amount, byte @Nullable [] reference) {
        return ask(new Issue(asset, to, amount, reference));
    }

    @Override
    public TransactionResult redeem(AssetId asset, long amount, byte @Nullable [] reference) {
        return ask(new Redeem(asset, amount, reference));
    }

    @Override
    public TransactionResult openAccount(VerifyingKey key, byte[] possession) {
        return ask(new OpenAccount(self, key, possession));
    }

    @Override
    public TransactionResult transfer(
            AccountId from,
            AccountId to,
            AssetId asset,
            long amount,
            byte @Nullable [] reference,
            @Nullable Long limit) {
        return ask(new Transfer(from, to, asset, amount, reference, limit));
    }

    @Override
    public TransactionResult hold(
            AccountId from, AccountId payee, AssetId asset, long amount, long until, byte @Nullable [] reference) {
        return ask(new Hold(from, payee, asset, amount, until, reference));
    }

    @Override
    public TransactionResult capture(long hold, long amount, byte @Nullable [] reference) {
        return ask(new Capture(hold, amount, reference));
    }

    @Override
    public TransactionResult release(long hold) {
        return ask(new Release(hold));
    }

    @Override
    public TransactionResult setLimit(LimitRecord.Terms terms) {
        return ask(new SetLimit(terms));
    }

    @Override
    public TransactionResult revokeLimit(long limit) {
        return ask(new RevokeLimit(limit));
    }

    @Override
    public TransactionResult openChannel(
            AccountId payer,
            AccountId payee,
            AssetId asset,
            long deposit,
            VerifyingKey key,
            long expiry,
            long windowMs) {
        return ask(new OpenChannel(payer, payee, asset, deposit, key, expiry, windowMs));
    }

    @Override
    public TransactionResult topUp(long channel, long amount) {
        return ask(new TopUpChannel(channel, amount));
    }

    @Override
    public TransactionResult closeChannel(long channel, byte @Nullable [] voucher) {
        return ask(new CloseChannel(channel, voucher));
    }

    @Override
    public TransactionResult submit(byte[] transaction) {
        return registrar.handIn(transaction);
    }
}
