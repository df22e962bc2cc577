package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.action.RegisterMember.MemberKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A member sets one of its own keys anew; the old one of that role ends. Its engine key is the members' to decide. An
/// old log key stays in force for the logs that it opened: they could not be anchored any more.
public record SetMemberKey(MemberId member, MemberKey key) implements Action {
    static final int TYPE = 10;

    static SetMemberKey read(CborReader in) {
        in.readArrayOf(4);
        MemberId member = Actions.member(in);
        KeyRole role = KeyRole.of(in.readUint(255))
                .filter(r -> MemberKeysCheck.ALL.contains(r) && r != KeyRole.ENGINE)
                .orElseThrow(() -> new CborMalformed("not a role that a member sets itself"));
        return new SetMemberKey(member, new MemberKey(role, Actions.key(in), in.readBytes(Actions.MAX_POSSESSION)));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "set-member-key";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4)
                .text(member.value())
                .integer(key.role().number())
                .bytes(key.key().coseKey())
                .bytes(key.possession());
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = MemberStanding.objection(member, draft);
        if (objection == null && !draft.isSignedBy(request.signers(), member, KeyRole.IDENTITY)) {
            objection = new Refused(Refusal.ACTION_NOT_ALLOWED, "the identity key of " + member + " sets its keys");
        }
        if (objection == null) {
            objection = MemberKeysCheck.objection(member, key, draft);
        }
        return objection == null ? set(request, draft) : new Outcome.Declined(objection);
    }

    private Outcome set(Request request, Draft draft) {
        MemberRecord record = Objects.requireNonNull(draft.member(member), "objected to before");
        Thumbprint old = record.key(key.role()).orElse(null);
        long eventNo = draft.nextEventNo();
        if (old != null && key.role() != KeyRole.LOG) {
            draft.put(Objects.requireNonNull(draft.key(old), "a member's key is on the ledger")
                    .ended(eventNo, draft.now(), null));
        }
        draft.put(KeyRecord.fresh(key.key(), member.value(), member, key.role(), eventNo));
        draft.put(record.with(key.role(), key.key().thumbprint()));
        draft.happened(request.transaction(), EventType.MEMBER_KEY_SET, subjects(), body(old));
        return Outcome.HAPPENED;
    }

    private CborWriter body(@Nullable Thumbprint old) {
        CborWriter body = new CborWriter()
                .array(4)
                .text(member.value())
                .integer(key.role().number());
        if (old == null) {
            body.nil();
        } else {
            body.bytes(old.bytes());
        }
        return body.bytes(key.key().thumbprint().bytes());
    }

    @Override
    public String inWords() {
        return "Set the " + key.role().label() + " key of " + member;
    }
}
