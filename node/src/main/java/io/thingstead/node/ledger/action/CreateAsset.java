package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.List;

/// A member creates an asset that it issues: its currency, its points, its vouchers.
public record CreateAsset(AssetId asset, int decimals) implements Action {
    static final int TYPE = 20;

    static CreateAsset read(CborReader in) {
        in.readArrayOf(2);
        return new CreateAsset(MoneyWords.asset(in), in.readUint(Amounts.MAX_DECIMALS));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "create-asset";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).text(asset.value()).integer(decimals);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(asset.issuer()), StateKeys.asset(asset));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!draft.isSignedBy(request.signers(), asset.issuer(), KeyRole.NODE)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED, "the node key of " + asset.issuer() + " creates its assets");
        }
        if (AssetRecord.of(draft, asset) != null) {
            return Outcome.declined(Refusal.ASSET_EXISTS, "there is an asset " + asset);
        }
        String issuer = asset.issuer().value();
        if (Counts.isFull(draft, Counts.Kind.ASSETS, issuer)) {
            return Outcome.declined(Refusal.ASSET_FULL, issuer + " has " + Counts.Kind.ASSETS.most() + " assets");
        }
        Counts.add(draft, Counts.Kind.ASSETS, issuer);
        new AssetRecord(asset, decimals, 0, draft.nextEventNo()).put(draft);
        draft.happened(
                request.transaction(),
                EventType.ASSET_CREATED,
                subjects(),
                new CborWriter().array(2).text(asset.value()).integer(decimals));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Create the asset " + asset + " with " + decimals + " decimals";
    }
}
