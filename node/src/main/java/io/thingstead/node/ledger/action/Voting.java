package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.OpenDecisions;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How members decide: those that vote, each with its identity key; a proposal passes with more than two thirds of
/// them,
/// in that block.
final class Voting {
    private Voting() {}

    /// Why this member has no voice here, or null.
    static @Nullable Refused objection(MemberId member, Action.Request request, Draft draft) {
        return ValidatorSet.of(draft).has(member) && draft.isSignedBy(request.signers(), member, KeyRole.IDENTITY)
                ? null
                : new Refused(
                        Refusal.ACTION_NOT_ALLOWED,
                        "members that vote decide, each with its identity key: not so " + member);
    }

    static List<String> subjects(long number, List<String> more) {
        List<String> subjects = new ArrayList<>(List.of(Draft.decisionSubject(number)));
        subjects.addAll(more);
        return subjects;
    }

    /// The open decision, or why there is none.
    static @Nullable Refused objection(@Nullable DecisionRecord record, long number) {
        if (record == null) {
            return new Refused(Refusal.DECISION_UNKNOWN, "no decision " + number);
        }
        return record.isOpen() ? null : new Refused(Refusal.DECISION_CLOSED, "decision " + number + " is closed");
    }

    /// Carries out what has enough approvals. When it cannot be carried out now, the approval that would complete it is
    /// declined; it may be given again. An approval that completes nothing always stands.
    static Outcome carryOutIfEnough(DecisionRecord record, Action.Request request, Draft draft) {
        if (!ValidatorSet.of(draft).isEnough(record.approvalsAmong(ValidatorSet.of(draft)))) {
            return Outcome.HAPPENED;
        }
        Refused objection = record.proposal().objection(draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        record.ended(DecisionRecord.Outcome.PASSED, draft.nextEventNo()).put(draft);
        OpenDecisions.closed(record.number(), draft);
        draft.happened(
                request.transaction(),
                EventType.DECISION_PASSED,
                subjects(record.number(), record.proposal().subjects()),
                new CborWriter().array(1).integer(record.number()));
        record.proposal().carryOut(request.transaction(), draft);
        return Outcome.HAPPENED;
    }
}
