package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.util.List;
import java.util.Optional;

/// Which readings of the series are meant.
///
/// @param devices of these; of all where there are none
/// @param name of this quantity, whatever its unit; of all where it is empty
/// @param toMs not part of it
public record Selection(List<DeviceId> devices, Optional<String> name, long fromMs, long toMs) {
    public Selection {
        devices = List.copyOf(devices);
    }
}
