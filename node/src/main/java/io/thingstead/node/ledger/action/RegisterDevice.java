package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Registers a device of a member: with its key and the proof that it holds it, or without a key (a token device, whose
/// readings the member attests).
public record RegisterDevice(
        DeviceId device, KeyRole role, @Nullable VerifyingKey key, byte @Nullable [] possession) implements Action {
    static final int TYPE = 4;

    public static RegisterDevice withToken(DeviceId device) {
        return new RegisterDevice(device, KeyRole.DEVICE, null, null);
    }

    static RegisterDevice read(CborReader in) {
        in.readArrayOf(4);
        return readFields(in);
    }

    /// The four fields, which stand in bulk registrations too.
    static RegisterDevice readFields(CborReader in) {
        DeviceId device = Actions.device(in);
        KeyRole role = KeyRole.of(in.readUint(2)).orElseThrow(() -> new CborMalformed("not a device's role"));
        VerifyingKey key = Actions.keyOrNull(in);
        byte[] possession = null;
        if (key == null) {
            in.readNull();
        } else {
            possession = in.readBytes(Actions.MAX_POSSESSION);
        }
        return new RegisterDevice(device, role, key, possession);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "register-device";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(4).text(device.value()).integer(role.number());
        if (key == null || possession == null) {
            out.nil().nil();
        } else {
            out.bytes(key.coseKey()).bytes(possession);
        }
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!draft.isSignedBy(request.signers(), device.member(), KeyRole.NODE, KeyRole.IDENTITY)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only " + device.member() + " registers its devices");
        }
        Refused objection = MemberStanding.removal(device.member(), draft);
        return objection == null ? register(request, draft) : new Outcome.Declined(objection);
    }

    Outcome register(Request request, Draft draft) {
        if (draft.knows(device)) {
            return Outcome.declined(Refusal.DEVICE_EXISTS, "device " + device + " is registered already");
        }
        if (role == KeyRole.GATEWAY && key == null) {
            return Outcome.declined(Refusal.KEY_NONE, "a gateway needs a key");
        }
        List<Thumbprint> keys = List.of();
        if (key != null && possession != null) {
            Refused objection = KeyCheck.objection(key, possession, device.value(), draft);
            if (objection != null) {
                return new Outcome.Declined(objection);
            }
            draft.put(KeyRecord.fresh(key, device.value(), device.member(), role, draft.nextEventNo()));
            keys = List.of(key.thumbprint());
        }
        draft.put(new DeviceRecord(device, role, keys));
        CborWriter body = new CborWriter().array(3).text(device.value()).integer(role.number());
        if (keys.isEmpty()) {
            body.nil();
        } else {
            body.bytes(keys.getFirst().bytes());
        }
        draft.happened(request.transaction(), EventType.DEVICE_REGISTERED, subjects(), body);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Register the device " + device + (key == null ? " without a key" : "");
    }
}
