package io.thingstead.node.api;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import java.util.Optional;

/// Gives this member's devices further keys and revokes keys, with the member's own authority. Each waits until the
/// ledger has decided, and says why it refused.
public interface DeviceKeys {
    /// @param possession the key's proof of possession for this device
    Optional<Refused> add(DeviceId device, VerifyingKey key, byte[] possession);

    /// @param reason its number, as events have it
    Optional<Refused> revoke(DeviceId device, Thumbprint key, int reason);
}
