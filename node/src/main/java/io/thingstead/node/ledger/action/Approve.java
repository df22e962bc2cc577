package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;

/// A member that votes approves an open proposal. The approval that makes more than two thirds carries it out.
public record Approve(MemberId member, long decision) implements Action {
    static final int TYPE = 12;

    static Approve read(CborReader in) {
        in.readArrayOf(2);
        return new Approve(Actions.member(in), Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "approve";
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
        Refused objection = Voting.objection(member, request, draft);
        DecisionRecord record = DecisionRecord.of(draft, decision);
        if (objection == null) {
            objection = Voting.objection(record, decision);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        DecisionRecord open = Objects.requireNonNull(record);
        ValidatorSet voters = ValidatorSet.of(draft);
        if (open.approvals().contains(member)) {
            // Approvals may suffice only now, because a member left since: asking again carries it out.
            return voters.isEnough(open.approvalsAmong(voters))
                    ? Voting.carryOutIfEnough(open, request, draft)
                    : Outcome.declined(
                            Refusal.DECISION_APPROVED, member + " approves decision " + decision + " already");
        }
        DecisionRecord approved = open.approvedBy(member);
        approved.put(draft);
        draft.happened(
                request.transaction(),
                EventType.DECISION_APPROVED,
                subjects(),
                new CborWriter()
                        .array(4)
                        .integer(decision)
                        .text(member.value())
                        .integer(approved.approvalsAmong(voters))
                        .integer(voters.size()));
        return Voting.carryOutIfEnough(approved, request, draft);
    }

    @Override
    public String inWords() {
        return "Approve decision " + decision + " for " + member;
    }
}
