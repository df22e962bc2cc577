package io.thingstead.node.log;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;

/// Frames that share one run of sequence numbers: those of a key, or those a key signs on behalf of one device.
public record DeviceStream(Thumbprint key, DeviceId device, boolean onBehalf, TrustLevel trust) {}
