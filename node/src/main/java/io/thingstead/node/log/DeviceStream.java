package io.thingstead.node.log;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;

/// Frames that share one run of sequence numbers: those of a key, or those a key signs on behalf of one device.
///
/// @param isCommands it holds what the member asks of the device, not what the device says
public record DeviceStream(Thumbprint key, DeviceId device, boolean onBehalf, TrustLevel trust, boolean isCommands) {
    public DeviceStream(Thumbprint key, DeviceId device, boolean onBehalf, TrustLevel trust) {
        this(key, device, onBehalf, trust, false);
    }

    /// The commands that a member's key signs for the device.
    public static DeviceStream commands(Thumbprint key, DeviceId device) {
        return new DeviceStream(key, device, true, TrustLevel.MEMBER_ATTESTED, true);
    }
}
