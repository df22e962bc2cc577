package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A member that the others let in votes from now on. It says so itself when it has caught up, with its node key and
/// the
/// engine key that will vote: a seat of somebody absent would only weaken the others.
public record TakeSeat(MemberId member) implements Action {
    static final int TYPE = 19;

    static TakeSeat read(CborReader in) {
        in.readArrayOf(1);
        return new TakeSeat(Actions.member(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "take-seat";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(1).text(member.value());
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = objection(request, draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        MemberRecord record = Objects.requireNonNull(draft.member(member), "objected to before");
        Thumbprint thumbprint = record.key(KeyRole.ENGINE).orElseThrow();
        VerifyingKey key = Objects.requireNonNull(draft.key(thumbprint), "a member's key is on the ledger")
                .key();
        ValidatorSet set = ValidatorSet.of(draft).with(member, key);
        set.put(draft);
        draft.happened(
                request.transaction(),
                EventType.SEAT_TAKEN,
                subjects(),
                new CborWriter()
                        .array(3)
                        .text(member.value())
                        .bytes(thumbprint.bytes())
                        .integer(set.size()));
        return Outcome.HAPPENED;
    }

    private @Nullable Refused objection(Request request, Draft draft) {
        Refused standing = MemberStanding.objection(member, draft);
        if (standing != null) {
            return standing;
        }
        boolean signed = draft.isSignedBy(request.signers(), member, KeyRole.NODE)
                && draft.isSignedBy(request.signers(), member, KeyRole.ENGINE);
        if (!signed) {
            return new Refused(
                    Refusal.ACTION_NOT_ALLOWED, "the node key and the engine key of " + member + " take its seat");
        }
        ValidatorSet set = ValidatorSet.of(draft);
        if (set.has(member)) {
            return new Refused(Refusal.SEAT_TAKEN, member + " votes already");
        }
        if (set.size() >= ValidatorSet.MAX_MEMBERS) {
            return new Refused(Refusal.SEAT_FULL, "at most " + ValidatorSet.MAX_MEMBERS + " members vote");
        }
        return ValidatorSet.objectionToChange(draft);
    }

    @Override
    public String inWords() {
        return "Let " + member + " vote from now on";
    }
}
