package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.OpenDecisions;
import java.util.ArrayList;
import java.util.List;

/// A member that votes puts something to the others, and approves it itself.
public record Propose(MemberId member, Proposal proposal) implements Action {
    static final int TYPE = 11;

    static Propose read(CborReader in) {
        in.readArrayOf(2);
        return new Propose(Actions.member(in), Proposal.read(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "propose";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).text(member.value());
        proposal.write(out);
    }

    @Override
    public List<String> subjects() {
        List<String> subjects = new ArrayList<>(List.of(Draft.subject(member)));
        proposal.subjects().stream().filter(s -> !subjects.contains(s)).forEach(subjects::add);
        return subjects;
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = Voting.objection(member, request, draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        OpenDecisions open = OpenDecisions.of(draft);
        if (open.openOf(member) >= OpenDecisions.MAX_OF_MEMBER) {
            return Outcome.declined(
                    Refusal.DECISION_FULL,
                    member + " has " + OpenDecisions.MAX_OF_MEMBER + " open proposals: withdraw one first");
        }
        objection = proposal.objection(draft);
        if (objection != null && objection.code() != Refusal.DECISION_WAIT) {
            return new Outcome.Declined(objection);
        }
        long number = open.last() + 1;
        var record = new DecisionRecord(
                number,
                member,
                draft.nextEventNo(),
                draft.now() + OpenDecisions.OPEN_MS,
                proposal,
                List.of(member),
                null);
        record.put(draft);
        open.opened(record, draft);
        CborWriter body = new CborWriter(512)
                .array(4)
                .integer(number)
                .text(member.value())
                .integer(record.expiresAt());
        proposal.write(body);
        draft.happened(request.transaction(), EventType.DECISION_PROPOSED, Voting.subjects(number, subjects()), body);
        return Voting.carryOutIfEnough(record, request, draft);
    }

    @Override
    public String inWords() {
        return "Propose to the members: " + proposal.inWords();
    }
}
