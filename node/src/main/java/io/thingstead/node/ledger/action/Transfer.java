package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.LimitRecord;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pays from one account to another: asked for by the owner, or by whom the owner set a limit for.
public record Transfer(
        AccountId from,
        AccountId to,
        AssetId asset,
        long amount,
        byte @Nullable [] reference,
        @Nullable Long limit) implements Action {
    static final int TYPE = 24;

    static Transfer read(CborReader in) {
        in.readArrayOf(6);
        return new Transfer(
                MoneyWords.account(in),
                MoneyWords.account(in),
                MoneyWords.asset(in),
                Actions.number(in),
                Actions.reference(in),
                Actions.numberOrNull(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "transfer";
    }

    @Override
    public void writeBody(CborWriter out) {
        MoneyWords.bytesOrNull(
                out.array(6)
                        .text(from.value())
                        .text(to.value())
                        .text(asset.value())
                        .integer(amount),
                reference);
        Actions.numberOrNull(out, limit);
    }

    @Override
    public List<String> subjects() {
        List<String> subjects = new ArrayList<>(List.of(from.value(), to.value(), StateKeys.asset(asset)));
        if (limit != null) {
            subjects.add(StateKeys.limit(limit));
        }
        return subjects;
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = limit == null ? notOwner(request, draft) : notWithinLimit(request, draft, limit);
        if (objection == null && from.equals(to)) {
            objection = new Refused(Refusal.ACTION_MALFORMED, "nobody pays itself");
        }
        if (objection == null) {
            objection = Balances.notPayable(draft, to);
        }
        if (objection == null) {
            objection = Balances.move(draft, from, to, asset, amount);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        CborWriter body =
                AssetRecord.sum(new CborWriter().array(7).text(from.value()).text(to.value()), draft, asset, amount);
        MoneyWords.bytesOrNull(body, reference);
        Actions.numberOrNull(body, limit);
        draft.happened(request.transaction(), EventType.TRANSFERRED, subjects(), body);
        return Outcome.HAPPENED;
    }

    private @Nullable Refused notOwner(Request request, Draft draft) {
        return Balances.isSignedByOwner(request.signers(), from, draft)
                ? null
                : new Refused(Refusal.ACTION_NOT_ALLOWED, "only its owner pays from " + from);
    }

    private @Nullable Refused notWithinLimit(Request request, Draft draft, long number) {
        LimitRecord record = LimitRecord.of(draft, number);
        if (record == null
                || !record.terms().owner().equals(from)
                || !record.terms().asset().equals(asset)) {
            return new Refused(Refusal.LIMIT_UNKNOWN, "no limit " + number + " of " + from + " for " + asset);
        }
        AccountId spender = record.terms().spender();
        return Balances.isSignedByOwner(request.signers(), spender, draft)
                ? record.spend(draft, to, amount)
                : new Refused(Refusal.ACTION_NOT_ALLOWED, "limit " + number + " is for " + spender);
    }

    @Override
    public String inWords() {
        return "Pay " + amount + " of the smallest unit of " + asset + " from " + from.inWords() + " to "
                + to.inWords();
    }
}
