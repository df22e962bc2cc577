package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A member lets another read what one of its devices says, of what is received from one time to another. A new grant
/// to the same member takes the place of the one before.
public record Grant(
        DeviceId device,
        MemberId grantee,
        long fromMs,
        @Nullable Long toMs) implements Action {
    static final int TYPE = 15;

    static Grant read(CborReader in) {
        in.readArrayOf(4);
        DeviceId device = Actions.device(in);
        MemberId grantee = Actions.member(in);
        long from = Actions.number(in);
        Long to = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            to = Actions.number(in);
            if (to <= from) {
                throw new CborMalformed("a grant ends after it begins");
            }
        }
        return new Grant(device, grantee, from, to);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "grant";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).text(device.value()).text(grantee.value());
        writeTimes(out);
    }

    private void writeTimes(CborWriter out) {
        out.integer(fromMs);
        if (toMs == null) {
            out.nil();
        } else {
            out.integer(toMs);
        }
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device), Draft.subject(grantee));
    }

    /// Whether the device is there and its member's node asks, or what is against it.
    static @Nullable Refused objection(DeviceId device, Request request, Draft draft) {
        if (!draft.knows(device)) {
            return new Refused(Refusal.DEVICE_UNKNOWN, "no device " + device);
        }
        return draft.isSignedBy(request.signers(), device.member(), KeyRole.NODE)
                ? null
                : new Refused(
                        Refusal.ACTION_NOT_ALLOWED, "the node of " + device.member() + " says who reads its devices");
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        Refused objection = objection(device, request, draft);
        if (objection == null && grantee.equals(device.member())) {
            objection = new Refused(Refusal.ACTION_MALFORMED, "a member reads its own devices anyway");
        }
        if (objection == null) {
            objection = MemberStanding.objection(grantee, draft);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        draft.put(
                StateKeys.grant(device, grantee),
                new GrantRecord(device, grantee, fromMs, toMs, draft.nextEventNo()).encode());
        CborWriter body = new CborWriter(192).array(4).text(device.value()).text(grantee.value());
        writeTimes(body);
        draft.happened(request.transaction(), EventType.ACCESS_GRANTED, subjects(), body);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Let " + grantee + " read the device " + device;
    }
}
