package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;
import org.jspecify.annotations.Nullable;

/// Registers devices on the ledger, with the member's own authority.
public interface DeviceRegistrar {
    /// Waits until the ledger has decided.
    ///
    /// @param name the device's name at this member
    /// @param key its COSE_Key, with proof of possession; without both it becomes a token device
    Result<Registered> register(String name, byte @Nullable [] key, byte @Nullable [] possession);

    /// @param token what a token device connects with; told once and never again
    record Registered(DeviceId device, @Nullable String token) {}
}
