package io.thingstead.node.simulation;

import io.thingstead.node.consensus.simulated.SimulatedEngine.Outlet;

/// How members' engines speak: as they are, or one of them as a cheat.
interface Conduct {
    Conduct HONEST = (_, outlet) -> outlet;

    Outlet outlet(SimulatedMember member, Outlet honest);
}
