package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import java.util.function.Function;

/// What an action of a member on one of its devices asks first: that the device is there, and that the member signs.
final class OwnDevice {
    private OwnDevice() {}

    /// @param does what only its member does, for the refusal
    /// @param then what the action does to the device
    static Outcome of(
            DeviceId device, Action.Request request, Draft draft, String does, Function<DeviceRecord, Outcome> then) {
        DeviceRecord record = draft.device(device);
        if (record == null) {
            return Outcome.declined(Refusal.DEVICE_UNKNOWN, "no device " + device);
        }
        if (!draft.isSignedBy(request.signers(), device.member(), KeyRole.NODE, KeyRole.IDENTITY)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only " + device.member() + " " + does);
        }
        return then.apply(record);
    }
}
