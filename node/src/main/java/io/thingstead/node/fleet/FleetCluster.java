package io.thingstead.node.fleet;

import io.thingstead.node.view.live.Position;
import io.thingstead.node.view.live.Presence;
import java.util.Map;
import java.util.Optional;

/// Devices that are close to each other on a map.
///
/// @param middle the mean of where they are
/// @param around the least part of the map that holds all of them
/// @param states how many of them stand how
/// @param only the one device, where it is one only
public record FleetCluster(Position middle, Box around, Map<Presence, Long> states, Optional<FleetDevice> only) {}
