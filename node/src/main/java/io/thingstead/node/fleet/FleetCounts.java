package io.thingstead.node.fleet;

import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.view.live.Presence;
import java.util.Map;

/// How many devices there are of each sort. A count leaves out the filter that it is a choice of: beside "silent"
/// stands how many would be listed if that were chosen.
///
/// @param all in the fleet
/// @param found by the search and all filters
public record FleetCounts(
        long all,
        long found,
        Map<Presence, Long> states,
        Map<Role, Long> roles,
        Map<TrustLevel, Long> trust,
        long missing) {}
