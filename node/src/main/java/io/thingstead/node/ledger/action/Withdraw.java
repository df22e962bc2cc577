package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.OpenDecisions;
import java.util.List;
import java.util.Objects;

/// A member takes back what it proposed, before it has passed.
public record Withdraw(MemberId member, long decision) implements Action {
    static final int TYPE = 13;

    static Withdraw read(CborReader in) {
        in.readArrayOf(2);
        return new Withdraw(Actions.member(in), Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "withdraw";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).text(member.value()).integer(decision);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.decisionSubject(decision), Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        DecisionRecord record = DecisionRecord.of(draft, decision);
        boolean proposer = record == null || record.proposer().equals(member);
        if (!proposer || !draft.isSignedBy(request.signers(), member, KeyRole.IDENTITY)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED, "only who proposed decision " + decision + " withdraws it");
        }
        Refused objection = Voting.objection(record, decision);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        Objects.requireNonNull(record)
                .ended(DecisionRecord.Outcome.WITHDRAWN, draft.nextEventNo())
                .put(draft);
        OpenDecisions.closed(decision, draft);
        draft.happened(
                request.transaction(),
                EventType.DECISION_WITHDRAWN,
                subjects(),
                new CborWriter().array(2).integer(decision).text(member.value()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Withdraw decision " + decision + " of " + member;
    }
}
