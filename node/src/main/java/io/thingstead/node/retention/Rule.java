package io.thingstead.node.retention;

import io.thingstead.kit.model.DeviceId;
import java.util.Optional;

/// How long the contents of a device's frames are kept, from when they were received.
///
/// @param device empty: of all devices that have no rule of their own
public record Rule(Optional<DeviceId> device, int days) {
    public static final int MOST_DAYS = 36_500;

    public Rule {
        if (days < 1 || days > MOST_DAYS) throw new IllegalArgumentException("a rule of " + days + " days");
    }
}
