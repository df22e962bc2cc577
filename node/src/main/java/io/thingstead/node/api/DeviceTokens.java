package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.Optional;

/// Access tokens of this member's devices that cannot sign: which are in force, a further one, and the end of one.
public interface DeviceTokens {
    /// Those in force, oldest first.
    List<Token> tokens(DeviceId device);

    /// Told this once. Refused to a device that signs with a key of its own, or did.
    Result<String> issue(DeviceId device);

    /// Empty where it is not in force any more; it need not have been.
    Optional<Refused> revoke(DeviceId device, String id);

    /// One that is in force, without the token itself.
    record Token(@Says("names it for revoking it") String id, long issuedMs) {}
}
