package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.LimitRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The owner of an account lets another account spend from it, within a standing limit.
public record SetLimit(LimitRecord.Terms terms) implements Action {
    static final int TYPE = 28;

    static SetLimit read(CborReader in) {
        LimitRecord.Terms terms = LimitRecord.Terms.read(in);
        if (terms.perDay() > Amounts.MAX || terms.atOnce() > Amounts.MAX || terms.until() > Amounts.MAX) {
            throw new CborMalformed("a number over 2^53 - 1");
        }
        return new SetLimit(terms);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "set-limit";
    }

    @Override
    public void writeBody(CborWriter out) {
        terms.write(out);
    }

    @Override
    public List<String> subjects() {
        return List.of(terms.owner().value(), terms.spender().value(), StateKeys.asset(terms.asset()));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!Balances.isSignedByOwner(request.signers(), terms.owner(), draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only its owner sets a limit for " + terms.owner());
        }
        Refused objection = objection(draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        LimitRecord.set(draft, request.transaction(), terms);
        return Outcome.HAPPENED;
    }

    private @Nullable Refused objection(Draft draft) {
        if (terms.owner().equals(terms.spender())) {
            return new Refused(Refusal.ACTION_MALFORMED, "nobody has a limit for its own account");
        }
        String purpose = terms.purpose();
        if (purpose != null && MemberId.parse(purpose).isEmpty()) {
            return new Refused(Refusal.ACTION_MALFORMED, "a purpose is 1 to 32 of a-z, 0-9 and '-'");
        }
        if (!Amounts.isOne(terms.atOnce()) || !Amounts.isOne(terms.perDay()) || terms.atOnce() > terms.perDay()) {
            return new Refused(Refusal.AMOUNT_RANGE, "at once is from 1 up to what is allowed a day");
        }
        if (AssetRecord.of(draft, terms.asset()) == null) {
            return new Refused(Refusal.ASSET_UNKNOWN, "no asset " + terms.asset());
        }
        Refused objection = Deadlines.tooSoon(draft, terms.until(), Deadlines.SHORTEST_MS);
        if (objection == null) {
            objection = Balances.notPayable(draft, terms.spender());
        }
        for (AccountId payee : terms.payees()) {
            if (objection == null) {
                objection = Balances.notPayable(draft, payee);
            }
        }
        if (objection == null
                && Counts.isFull(draft, Counts.Kind.LIMITS, terms.owner().value())) {
            objection =
                    new Refused(Refusal.LIMIT_FULL, terms.owner() + " has " + Counts.Kind.LIMITS.most() + " limits");
        }
        return objection;
    }

    @Override
    public String inWords() {
        return "Let " + terms.spender().inWords() + " spend " + terms.perDay() + " of the smallest unit of "
                + terms.asset() + " a day of the money of " + terms.owner().inWords();
    }
}
