package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.LimitRecord;
import java.util.List;

/// The owner takes a standing limit back, or the spender gives it up.
public record RevokeLimit(long limit) implements Action {
    static final int TYPE = 29;

    static RevokeLimit read(CborReader in) {
        in.readArrayOf(1);
        return new RevokeLimit(Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "revoke-limit";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(1).integer(limit);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.limit(limit));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        LimitRecord record = LimitRecord.of(draft, limit);
        if (record == null) {
            return Outcome.declined(Refusal.LIMIT_UNKNOWN, "no limit " + limit + ", or its time is over");
        }
        LimitRecord.Terms terms = record.terms();
        if (Balances.isSignedByOwner(request.signers(), terms.owner(), draft)) {
            record.end(draft, request.transaction(), LimitRecord.End.OWNER);
        } else if (Balances.isSignedByOwner(request.signers(), terms.spender(), draft)) {
            record.end(draft, request.transaction(), LimitRecord.End.SPENDER);
        } else {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED,
                    "limit " + limit + " is ended by " + terms.owner() + " or " + terms.spender());
        }
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Take back limit number " + limit;
    }
}
