package io.thingstead.node.ingest;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;

/// Who is at the other end of a connection, as far as it has proven it.
public sealed interface Sender {
    Sender ANYONE = new Anyone();

    /// Nobody in particular: each frame speaks for itself by its key hint.
    record Anyone() implements Sender {}

    /// A device, or gateway, that proved its key.
    record Keyholder(DeviceId device, Thumbprint key) implements Sender {}

    /// Whoever knows an access token of the device.
    record TokenHolder(DeviceId device, Tokens.Hash token) implements Sender {}
}
