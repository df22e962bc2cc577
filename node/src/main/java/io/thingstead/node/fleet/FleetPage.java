package io.thingstead.node.fleet;

import io.thingstead.node.view.live.DeviceView;
import java.util.List;
import java.util.Optional;

/// A page of the list of devices.
///
/// @param next where the following page begins; empty on the last one
public record FleetPage(List<Found> devices, FleetCounts counts, Optional<FleetCursor> next) {
    public FleetPage {
        devices = List.copyOf(devices);
    }

    /// @param view empty where it never said anything
    public record Found(FleetDevice device, Optional<DeviceView> view) {}
}
