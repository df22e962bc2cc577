package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import java.util.List;

/// Gives a device a further key: after a lost one was revoked, or when a token device learns to sign.
public record AddDeviceKey(DeviceId device, VerifyingKey key, byte[] possession) implements Action {
    static final int TYPE = 9;

    static AddDeviceKey read(CborReader in) {
        in.readArrayOf(3);
        return new AddDeviceKey(Actions.device(in), Actions.key(in), in.readBytes(Actions.MAX_POSSESSION));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "add-device-key";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(device.value()).bytes(key.coseKey()).bytes(possession);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return OwnDevice.of(device, request, draft, "gives its devices keys", record -> add(record, request, draft));
    }

    private Outcome add(DeviceRecord record, Request request, Draft draft) {
        if (record.isFull()) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "device " + device + " has as many keys as it may");
        }
        Refused objection = MemberStanding.removal(device.member(), draft);
        if (objection == null) {
            objection = KeyCheck.objection(key, possession, device.value(), draft);
        }
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        draft.put(KeyRecord.fresh(key, device.value(), device.member(), record.role(), draft.nextEventNo()));
        draft.put(record.with(key.thumbprint()));
        draft.happened(
                request.transaction(),
                EventType.DEVICE_KEY_ADDED,
                subjects(),
                new CborWriter()
                        .array(2)
                        .text(device.value())
                        .bytes(key.thumbprint().bytes()));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Give the device " + device + " a key";
    }
}
