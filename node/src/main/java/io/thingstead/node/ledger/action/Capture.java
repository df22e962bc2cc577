package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.MoneyWords;
import io.thingstead.node.ledger.money.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The payee of a hold takes all or a part of it; the rest is its owner's again.
public record Capture(long hold, long amount, byte @Nullable [] reference) implements Action {
    static final int TYPE = 26;

    static Capture read(CborReader in) {
        in.readArrayOf(3);
        return new Capture(Actions.number(in), Actions.number(in), Actions.reference(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "capture";
    }

    @Override
    public void writeBody(CborWriter out) {
        MoneyWords.bytesOrNull(out.array(3).integer(hold).integer(amount), reference);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.hold(hold));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        HoldRecord record = HoldRecord.of(draft, hold);
        if (record == null || Timers.isOver(draft, record.until())) {
            return Outcome.declined(Refusal.HOLD_UNKNOWN, "no hold " + hold + ", or its time is over");
        }
        if (!Balances.isSignedByOwner(request.signers(), record.payee(), draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "hold " + hold + " is for " + record.payee());
        }
        if (!Amounts.isOne(amount) || amount > record.amount()) {
            return Outcome.declined(
                    Refusal.AMOUNT_RANGE, "hold " + hold + " is of " + record.amount() + ", not " + amount);
        }
        record.capture(draft, request.transaction(), amount, reference);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Take " + amount + " of the smallest unit out of hold " + hold;
    }
}
