package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The owner of an account sets an amount aside for a payee, until a time.
public record Hold(AccountId from, AccountId payee, AssetId asset, long amount, long until, byte @Nullable [] reference)
        implements Action {
    static final int TYPE = 25;

    static Hold read(CborReader in) {
        in.readArrayOf(6);
        return new Hold(
                MoneyWords.account(in),
                MoneyWords.account(in),
                MoneyWords.asset(in),
                Actions.number(in),
                Actions.number(in),
                Actions.reference(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "hold";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(6)
                .text(from.value())
                .text(payee.value())
                .text(asset.value())
                .integer(amount)
                .integer(until);
        MoneyWords.bytesOrNull(out, reference);
    }

    @Override
    public List<String> subjects() {
        return List.of(from.value(), payee.value(), StateKeys.asset(asset));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!Balances.isSignedByOwner(request.signers(), from, draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only its owner holds money of " + from);
        }
        if (from.equals(payee)) {
            return Outcome.declined(Refusal.ACTION_MALFORMED, "nobody holds money for itself");
        }
        Refused objection = Deadlines.tooSoon(draft, until, Deadlines.SHORTEST_MS);
        if (objection == null) {
            objection = Balances.notPayable(draft, payee);
        }
        if (objection == null) {
            objection = Balances.spending(draft, from, asset, amount);
        }
        if (objection == null && Counts.isFull(draft, Counts.Kind.HOLDS, from.value())) {
            objection = new Refused(Refusal.HOLD_FULL, from + " has " + Counts.Kind.HOLDS.most() + " holds");
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        HoldRecord.begin(draft, request.transaction(), from, payee, asset, amount, until, reference);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Hold " + amount + " of the smallest unit of " + asset + " of " + from.inWords() + " for "
                + payee.inWords();
    }
}
