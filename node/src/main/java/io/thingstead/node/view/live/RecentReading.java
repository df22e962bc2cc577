package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;

/// One of the newest readings.
///
/// @param serial grows by one with each reading that this process saw
public record RecentReading(long serial, DeviceId device, LiveReading live) {}
