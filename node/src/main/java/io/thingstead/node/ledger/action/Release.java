package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.HoldRecord;
import java.util.List;

/// The payee of a hold gives it free.
public record Release(long hold) implements Action {
    static final int TYPE = 27;

    static Release read(CborReader in) {
        in.readArrayOf(1);
        return new Release(Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "release";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(1).integer(hold);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.hold(hold));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        HoldRecord record = HoldRecord.of(draft, hold);
        if (record == null) {
            return Outcome.declined(Refusal.HOLD_UNKNOWN, "no hold " + hold + ", or its time is over");
        }
        if (!Balances.isSignedByOwner(request.signers(), record.payee(), draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "hold " + hold + " is for " + record.payee());
        }
        record.release(draft, request.transaction());
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Release hold number " + hold;
    }
}
