package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets other members read this member's devices, with the member's own authority. Each waits until the ledger has
/// decided, and says why it refused.
public interface Granting {
    /// @param fromMs the first time of receipt that is granted
    /// @param toMs the first one that is not any more, or null: until it is revoked
    Optional<Refused> grant(DeviceId device, MemberId to, long fromMs, @Nullable Long toMs);

    Optional<Refused> revoke(DeviceId device, MemberId from);
}
