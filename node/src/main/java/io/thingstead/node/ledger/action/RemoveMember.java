package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes a member out: it votes no more, hands in nothing any more, and its keys for that end. What of its logs is
/// final stays provable. Its name stays taken.
public record RemoveMember(MemberId member) implements Proposal {
    static final int KIND = 2;

    private static final List<KeyRole> ENDING = List.of(KeyRole.NODE, KeyRole.ENGINE, KeyRole.TLS, KeyRole.PEER);

    static RemoveMember readFields(CborReader in) {
        return new RemoveMember(Actions.member(in));
    }

    @Override
    public void write(CborWriter out) {
        out.array(2).integer(KIND).text(member.value());
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public @Nullable Refused objection(Draft draft) {
        Refused objection = MemberStanding.objection(member, draft);
        if (objection != null) {
            return objection;
        }
        ValidatorSet set = ValidatorSet.of(draft);
        if (!set.has(member)) {
            return null;
        }
        return set.size() == 1
                ? new Refused(Refusal.MEMBER_LAST, member + " is the only member that votes")
                : ValidatorSet.objectionToChange(draft);
    }

    @Override
    public void carryOut(byte[] transaction, Draft draft) {
        ValidatorSet set = ValidatorSet.of(draft);
        if (set.has(member)) {
            set.without(member).put(draft);
        }
        long eventNo = draft.nextEventNo();
        draft.put(
                StateKeys.removed(member),
                new CborWriter().array(1).integer(eventNo).toBytes());
        MemberRecord record = Objects.requireNonNull(draft.member(member), "objected to before");
        for (KeyRole role : ENDING) {
            KeyRecord key = record.key(role).map(draft::key).orElse(null);
            if (key != null && key.inForce()) {
                draft.put(key.ended(eventNo, draft.now(), null));
            }
        }
        draft.happened(
                transaction,
                EventType.MEMBER_REMOVED,
                subjects(),
                new CborWriter().array(1).text(member.value()));
    }

    @Override
    public String inWords() {
        return "Remove the member " + member;
    }

    @Override
    public List<String> inWords(LedgerReader ledger) {
        int now = ledger.validators().size();
        return List.of(
                inWords() + ".",
                "Nothing that it hands in is taken from then on, and its keys for its node, its engine and the network"
                        + " between members end.",
                "What of its logs is final stays provable; what it accepts in the last second before is not final any"
                        + " more. Its name stays taken: it cannot come back under it.",
                ledger.validators().has(member)
                        ? Proposal.tolerance(now, now - 1)
                        : "It has no vote: " + ValidatorSet.tolerance(now) + ", as before.");
    }
}
