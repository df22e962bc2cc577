package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A member says where it is reached.
public record SetEndpoint(MemberId member, Endpoint endpoint) implements Action {
    static final int TYPE = 14;

    static SetEndpoint read(CborReader in) {
        in.readArrayOf(3);
        return new SetEndpoint(Actions.member(in), Endpoint.read(in));
    }

    static @Nullable Refused objection(Endpoint endpoint) {
        return endpoint.isWellFormed()
                ? null
                : new Refused(
                        Refusal.ACTION_MALFORMED, "not host:port: " + endpoint.engine() + " and " + endpoint.node());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "set-endpoint";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(member.value());
        endpoint.write(out);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(member));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = MemberStanding.objection(member, draft);
        if (objection == null && !draft.isSignedBy(request.signers(), member, KeyRole.NODE)) {
            objection = new Refused(Refusal.ACTION_NOT_ALLOWED, "the node of " + member + " says where it is reached");
        }
        if (objection == null) {
            objection = objection(endpoint);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        draft.put(StateKeys.endpoint(member), endpoint.encode());
        CborWriter body = new CborWriter(64).array(3).text(member.value());
        endpoint.write(body);
        draft.happened(request.transaction(), EventType.ENDPOINT_SET, subjects(), body);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Reach " + member + " at " + endpoint.node() + ", its engine at " + endpoint.engine();
    }
}
