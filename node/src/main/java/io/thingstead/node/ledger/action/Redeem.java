package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The issuer of an asset takes some of it, out of its own account, out of being.
public record Redeem(AssetId asset, long amount, byte @Nullable [] reference) implements Action {
    static final int TYPE = 22;

    static Redeem read(CborReader in) {
        in.readArrayOf(3);
        return new Redeem(MoneyWords.asset(in), Actions.number(in), Actions.reference(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "redeem";
    }

    @Override
    public void writeBody(CborWriter out) {
        MoneyWords.bytesOrNull(out.array(3).text(asset.value()).integer(amount), reference);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(asset.issuer()), StateKeys.asset(asset));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!draft.isSignedBy(request.signers(), asset.issuer(), KeyRole.NODE)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED, "the node key of " + asset.issuer() + " redeems its assets");
        }
        Refused objection = Balances.redeem(draft, asset, AccountId.of(asset.issuer()), amount);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        AssetRecord record = Objects.requireNonNull(AssetRecord.of(draft, asset), "redeemed");
        CborWriter body =
                AssetRecord.sum(new CborWriter().array(5), draft, asset, amount).integer(record.issued());
        MoneyWords.bytesOrNull(body, reference);
        draft.happened(request.transaction(), EventType.ASSET_REDEEMED, subjects(), body);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Redeem " + amount + " of the smallest unit of " + asset;
    }
}
