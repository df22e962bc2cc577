package io.thingstead.node.fleet;

import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.Position;
import io.thingstead.node.view.live.Presence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the devices are, with those that are close to each other put together. The cells of the map are squares in Web
/// Mercator that lie where they lie whichever part is looked at: a cluster does not change when somebody moves the map.
final class FleetMap {
    private static final double WORLD = 360;
    /// Where Web Mercator ends.
    private static final double LAST_LAT = 85.05;

    private final Box within;
    private final double side;
    private final long nowMs;
    private final Map<Cell, Cluster> cells = new HashMap<>();

    private record Cell(long x, long y) {}

    /// @param across about how many cells fit side by side into the part that is looked at, and up to twice as many
    FleetMap(Box within, int across, long nowMs) {
        this.within = within;
        this.nowMs = nowMs;
        double wide =
                within.west() <= within.east() ? within.east() - within.west() : WORLD - within.west() + within.east();
        double wanted = Math.max(wide, 1e-6) / across;
        double halved = WORLD;
        while (halved > wanted) halved /= 2;
        side = halved;
    }

    void look(FleetDevice device, @Nullable DeviceView view) {
        if (view == null || view.position().isEmpty()) return;
        Position position = view.position().get();
        if (!within.holds(position)) return;
        var cell =
                new Cell((long) Math.floor(position.lon() / side), (long) Math.floor(northing(position.lat()) / side));
        cells.computeIfAbsent(cell, _ -> new Cluster()).add(device, position, view.presence(nowMs));
    }

    /// How far north something is in Web Mercator, where the world is as high as it is wide.
    private static double northing(double lat) {
        double bounded = Math.toRadians(Math.clamp(lat, -LAST_LAT, LAST_LAT));
        return Math.log(Math.tan(Math.PI / 4 + bounded / 2)) * WORLD / (2 * Math.PI);
    }

    List<FleetCluster> clusters() {
        return cells.values().stream().map(Cluster::done).toList();
    }

    private static final class Cluster {
        private final Tally<Presence> states = new Tally<>(Presence.class);
        private @Nullable FleetDevice first;
        private long count;
        private double lats;
        private double lons;
        private double west = WORLD;
        private double south = WORLD;
        private double east = -WORLD;
        private double north = -WORLD;

        void add(FleetDevice device, Position position, Presence presence) {
            if (first == null) first = device;
            count++;
            states.count(presence);
            lats += position.lat();
            lons += position.lon();
            west = Math.min(west, position.lon());
            east = Math.max(east, position.lon());
            south = Math.min(south, position.lat());
            north = Math.max(north, position.lat());
        }

        FleetCluster done() {
            return new FleetCluster(
                    new Position(lats / count, lons / count),
                    new Box(west, south, east, north),
                    states.all(),
                    count == 1 ? Optional.ofNullable(first) : Optional.empty());
        }
    }
}
