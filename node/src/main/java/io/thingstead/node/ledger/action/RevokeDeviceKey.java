package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.EventWords;
import io.thingstead.node.ledger.KeyRecord;
import java.util.List;

/// Revokes a device's key. From this event on, nothing it signs stands; what was anchored before keeps its standing.
public record RevokeDeviceKey(DeviceId device, Thumbprint key, int reason) implements Action {
    static final int TYPE = 7;

    private static final int REASONS = EventWords.REVOKE_REASONS.size();

    public static final int RETIRED = 3;

    static RevokeDeviceKey read(CborReader in) {
        in.readArrayOf(3);
        DeviceId device = Actions.device(in);
        Thumbprint key = Actions.thumbprint(in);
        int reason = in.readUint(REASONS);
        if (reason == 0) {
            throw new CborMalformed("not a reason");
        }
        return new RevokeDeviceKey(device, key, reason);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "revoke-device-key";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(device.value()).bytes(key.bytes()).integer(reason);
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(device));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return OwnDevice.of(
                device, request, draft, "revokes its devices' keys", record -> revoke(record, request, draft));
    }

    private Outcome revoke(DeviceRecord record, Request request, Draft draft) {
        KeyRecord before = draft.key(key);
        if (before == null || !record.keys().contains(key)) {
            return Outcome.declined(Refusal.KEY_UNKNOWN, "not a key in force of " + device + ": " + key);
        }
        draft.put(before.ended(draft.nextEventNo(), draft.now(), null));
        draft.put(record.without(key));
        draft.happened(
                request.transaction(),
                EventType.DEVICE_KEY_REVOKED,
                subjects(),
                new CborWriter()
                        .array(3)
                        .text(device.value())
                        .bytes(key.bytes())
                        .integer(reason));
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Revoke the key " + key.hex().substring(0, 16) + " of the device " + device + " ("
                + EventWords.revokeReason(reason) + ")";
    }
}
