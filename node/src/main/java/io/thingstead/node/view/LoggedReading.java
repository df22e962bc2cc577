package io.thingstead.node.view;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;

/// A reading with its place in the log.
public record LoggedReading(DeviceId device, long index, TrustLevel trust, Reading reading) {}
