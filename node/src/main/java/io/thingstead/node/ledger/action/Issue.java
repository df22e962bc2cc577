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

/// The issuer of an asset makes more of it and gives it to an account.
public record Issue(AssetId asset, AccountId to, long amount, byte @Nullable [] reference) implements Action {
    static final int TYPE = 21;

    static Issue read(CborReader in) {
        in.readArrayOf(4);
        return new Issue(MoneyWords.asset(in), MoneyWords.account(in), Actions.number(in), Actions.reference(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "issue";
    }

    @Override
    public void writeBody(CborWriter out) {
        MoneyWords.bytesOrNull(out.array(4).text(asset.value()).text(to.value()).integer(amount), reference);
    }

    @Override
    public List<String> subjects() {
        return List.of(to.value(), StateKeys.asset(asset));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!draft.isSignedBy(request.signers(), asset.issuer(), KeyRole.NODE)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED, "the node key of " + asset.issuer() + " issues its assets");
        }
        Refused objection = Balances.notPayable(draft, to);
        if (objection == null) {
            objection = Balances.issue(draft, asset, to, amount);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        AssetRecord record = Objects.requireNonNull(AssetRecord.of(draft, asset), "issued");
        CborWriter body = AssetRecord.sum(new CborWriter().array(6), draft, asset, amount)
                .text(to.value())
                .integer(record.issued());
        MoneyWords.bytesOrNull(body, reference);
        draft.happened(request.transaction(), EventType.ASSET_ISSUED, subjects(), body);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Issue " + amount + " of the smallest unit of " + asset + " to " + to.inWords();
    }
}
