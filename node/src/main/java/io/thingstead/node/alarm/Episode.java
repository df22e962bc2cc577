package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import org.jspecify.annotations.Nullable;

/// An alarm that a rule would have raised in the past.
///
/// @param clearedMs absent where it was still raised at the end of what was looked at
/// @param index of the leaf with the reading that raises it; absent where time does
public record Episode(
        DeviceId device,
        long beganMs,
        long raisedMs,
        @Nullable Long clearedMs,
        @Nullable Double value,
        @Nullable Double worst,
        @Nullable String unit,
        @Nullable Long index) {
    Episode cleared(long atMs, @Nullable Double furthest) {
        return new Episode(device, beganMs, raisedMs, atMs, value, furthest == null ? worst : furthest, unit, index);
    }

    Episode stillRaised(@Nullable Double furthest) {
        return new Episode(device, beganMs, raisedMs, null, value, furthest == null ? worst : furthest, unit, index);
    }
}
