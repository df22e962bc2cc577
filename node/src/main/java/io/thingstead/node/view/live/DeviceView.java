package io.thingstead.node.view.live;

import io.thingstead.kit.model.DeviceId;
import java.util.List;
import java.util.Optional;

/// What is known about a device right now; never changed.
///
/// @param revision grows with every change of any device
/// @param latest the newest reading of each quantity, by name
/// @param lastMinute readings that came in the last minute before `receivedMs`
/// @param missing sequence numbers that are missing: frames that were made and did not arrive, or not yet
public record DeviceView(
        DeviceId device,
        long revision,
        List<LiveReading> latest,
        long receivedMs,
        long n,
        long lastMinute,
        long missing,
        Optional<Position> position) {}
