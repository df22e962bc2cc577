package io.thingstead.node.alarm;

import java.util.ArrayList;
import java.util.List;

/// A part of the earth's surface, small enough to be drawn flat. Positions are degrees (WGS 84).
sealed interface Area {
    double EARTH_METRES = 6_371_008.8;

    record Place(double lat, double lon) {
        boolean isOnEarth() {
            return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
        }
    }

    /// How far inside the border the place is, in metres; negative: outside.
    double inside(Place place);

    /// All places at most so far from the middle.
    record Circle(Place middle, double radiusMetres) implements Area {
        @Override
        public double inside(Place place) {
            return radiusMetres - distance(middle, place);
        }
    }

    /// What a line through the corners, in their order and back to the first, goes around.
    record Polygon(List<Place> corners) implements Area {
        public Polygon {
            corners = List.copyOf(corners);
        }

        @Override
        public double inside(Place place) {
            double nearest = Double.POSITIVE_INFINITY;
            boolean isInside = false;
            List<Flat.Point> points = Flat.around(place).of(corners);
            for (int i = 0; i < points.size(); i++) {
                Flat.Point a = points.get(i);
                Flat.Point b = points.get((i + 1) % points.size());
                nearest = Math.min(nearest, distanceOfOrigin(a, b));
                // a ray to the east crosses the line an odd number of times from the inside
                if ((a.y() > 0) != (b.y() > 0) && a.x() - a.y() * (b.x() - a.x()) / (b.y() - a.y()) > 0) {
                    isInside = !isInside;
                }
            }
            return isInside ? nearest : -nearest;
        }

        private static double distanceOfOrigin(Flat.Point a, Flat.Point b) {
            double dx = b.x() - a.x();
            double dy = b.y() - a.y();
            double length = dx * dx + dy * dy;
            double along = length == 0 ? 0 : Math.clamp(-(a.x() * dx + a.y() * dy) / length, 0, 1);
            return Math.hypot(a.x() + along * dx, a.y() + along * dy);
        }
    }

    /// The surroundings of a place on a plane, in metres to the east and to the north of it.
    record Flat(Place origin, double metresPerLon) {
        private static final double METRES_PER_LAT = Math.toRadians(1) * EARTH_METRES;

        record Point(double x, double y) {}

        static Flat around(Place origin) {
            return new Flat(origin, METRES_PER_LAT * Math.cos(Math.toRadians(origin.lat)));
        }

        /// From one to the next the short way around the earth.
        List<Point> of(List<Place> places) {
            List<Point> points = new ArrayList<>();
            double lon = origin.lon;
            double east = 0;
            for (Place place : places) {
                east += Math.IEEEremainder(place.lon - lon, 360);
                lon = place.lon;
                points.add(new Point(east * metresPerLon, (place.lat - origin.lat) * METRES_PER_LAT));
            }
            return points;
        }
    }

    /// Along the surface (haversine).
    static double distance(Place a, Place b) {
        double lat = Math.sin(Math.toRadians(b.lat - a.lat) / 2);
        double lon = Math.sin(Math.toRadians(b.lon - a.lon) / 2);
        double h = lat * lat + Math.cos(Math.toRadians(a.lat)) * Math.cos(Math.toRadians(b.lat)) * lon * lon;
        return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
    }
}
