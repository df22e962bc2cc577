package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The payer opens a payment channel: its deposit is paid out by vouchers that go up, off the ledger.
public record OpenChannel(
        AccountId payer, AccountId payee, AssetId asset, long deposit, VerifyingKey key, long expiry, long windowMs)
        implements Action {
    static final int TYPE = 30;

    static OpenChannel read(CborReader in) {
        in.readArrayOf(7);
        return new OpenChannel(
                MoneyWords.account(in),
                MoneyWords.account(in),
                MoneyWords.asset(in),
                Actions.number(in),
                Actions.key(in),
                Actions.number(in),
                Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "open-channel";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(7)
                .text(payer.value())
                .text(payee.value())
                .text(asset.value())
                .integer(deposit)
                .bytes(key.coseKey())
                .integer(expiry)
                .integer(windowMs);
    }

    @Override
    public List<String> subjects() {
        return List.of(payer.value(), payee.value(), StateKeys.asset(asset));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!Balances.isSignedByOwner(request.signers(), payer, draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only its owner opens channels of " + payer);
        }
        Refused objection = objection(draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        ChannelRecord.open(draft, request.transaction(), payer, payee, asset, deposit, key, expiry, windowMs);
        return Outcome.HAPPENED;
    }

    private @Nullable Refused objection(Draft draft) {
        if (payer.equals(payee)) {
            return new Refused(Refusal.ACTION_MALFORMED, "nobody opens a channel to itself");
        }
        if (!key.isStrong()) {
            return new Refused(Refusal.KEY_WEAK, "the key for vouchers is not a canonical point of full order");
        }
        if (windowMs < Deadlines.SHORTEST_WINDOW_MS) {
            return new Refused(Refusal.TIME_RANGE, "a closing window has at least 10 minutes");
        }
        Refused objection = Deadlines.tooSoon(draft, expiry, windowMs + Deadlines.SHORTEST_WINDOW_MS);
        if (objection == null) {
            objection = Balances.notPayable(draft, payee);
        }
        if (objection == null) {
            objection = Balances.spending(draft, payer, asset, deposit);
        }
        if (objection == null && Counts.isFull(draft, Counts.Kind.CHANNELS, payer.value())) {
            objection = new Refused(Refusal.CHANNEL_FULL, payer + " has " + Counts.Kind.CHANNELS.most() + " channels");
        }
        return objection;
    }

    @Override
    public String inWords() {
        return "Open a channel from " + payer.inWords() + " to " + payee.inWords() + " with " + deposit
                + " of the smallest unit of " + asset;
    }
}
