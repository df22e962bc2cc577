package io.thingstead.node.fleet;

import io.thingstead.node.view.live.Position;

/// A part of the map, in degrees. One whose west is east of its east goes over the date line.
public record Box(double west, double south, double east, double north) {
    public static final Box WORLD = new Box(-180, -90, 180, 90);

    boolean holds(Position position) {
        if (position.lat() < south || position.lat() > north) return false;
        return west <= east
                ? position.lon() >= west && position.lon() <= east
                : position.lon() >= west || position.lon() <= east;
    }
}
