package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;

/// A member lets another read one of its devices no more. What the other has, it has.
public record RevokeGrant(DeviceId device, MemberId grantee) implements Action {
    static final int TYPE = 16;

    static RevokeGrant read(CborReader in) {
        in.readArrayOf(2);
        return new RevokeGrant(Actions.device(in), Actions.member(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "revoke-grant";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).text(device.value()).text(grantee.value());
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device), Draft.subject(grantee));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = Grant.objection(device, request, draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        String key = StateKeys.grant(device, grantee);
        if (draft.get(key) == null) {
            return Outcome.declined(Refusal.GRANT_UNKNOWN, grantee + " has no grant for " + device);
        }
        draft.remove(key);
        draft.happened(
                request.transaction(),
                EventType.GRANT_REVOKED,
                subjects(),
                new CborWriter().array(2).text(device.value()).text(grantee.value()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Let " + grantee + " read the device " + device + " no more";
    }
}
