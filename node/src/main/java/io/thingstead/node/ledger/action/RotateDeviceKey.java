package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import java.util.List;

/// A device changes its key: the old key signs, and states the last number it used.
public record RotateDeviceKey(DeviceId device, Thumbprint old, long finalN, VerifyingKey key, byte[] possession)
        implements Action {
    static final int TYPE = 6;

    static RotateDeviceKey read(CborReader in) {
        in.readArrayOf(5);
        return new RotateDeviceKey(
                Actions.device(in),
                Actions.thumbprint(in),
                Actions.number(in),
                Actions.key(in),
                in.readBytes(Actions.MAX_POSSESSION));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "rotate-device-key";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(5)
                .text(device.value())
                .bytes(old.bytes())
                .integer(finalN)
                .bytes(key.coseKey())
                .bytes(possession);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        DeviceRecord record = draft.device(device);
        if (record == null) {
            return Outcome.declined(Refusal.DEVICE_UNKNOWN, "no device " + device);
        }
        KeyRecord before = draft.key(old);
        if (before == null || !record.keys().contains(old)) {
            return Outcome.declined(Refusal.KEY_UNKNOWN, "not a key in force of " + device + ": " + old);
        }
        if (!request.signers().contains(old)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "the old key must sign the change");
        }
        Refused objection = KeyCheck.objection(key, possession, device.value(), draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        long eventNo = draft.nextEventNo();
        draft.put(before.ended(eventNo, draft.now(), finalN));
        draft.put(KeyRecord.fresh(key, device.value(), device.member(), record.role(), eventNo));
        draft.put(record.without(old).with(key.thumbprint()));
        draft.happened(
                request.transaction(),
                EventType.DEVICE_KEY_ROTATED,
                subjects(),
                new CborWriter()
                        .array(4)
                        .text(device.value())
                        .bytes(old.bytes())
                        .bytes(key.thumbprint().bytes())
                        .integer(finalN));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Change the key of " + device;
    }
}
