package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.LedgerReader;
import java.util.Optional;

/// What may be changed of a device is its own member's to decide.
final class OwnDevice {
    private OwnDevice() {}

    /// Empty for a device of this member that is on the ledger.
    static Optional<Refused> refused(MemberId self, LedgerReader ledger, DeviceId device) {
        if (!device.member().equals(self))
            return Optional.of(new Refused(Refusal.DEVICE_FOREIGN, device + " is not one of " + self));
        return ledger.device(device) == null
                ? Optional.of(new Refused(Refusal.DEVICE_UNKNOWN, "there is no device " + device))
                : Optional.empty();
    }
}
