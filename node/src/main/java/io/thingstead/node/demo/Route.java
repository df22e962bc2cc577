package io.thingstead.node.demo;

import java.util.List;

/// A closed tour over places, driven at a steady speed. The demo runs its roads as a time lapse, so that the map moves.
record Route(List<Place> stops) {
    record Place(double lat, double lon) {}

    static final Place ROTTERDAM = new Place(51.92, 4.48);
    static final Place ANTWERP = new Place(51.22, 4.40);
    static final Place COLOGNE = new Place(50.94, 6.96);
    static final Place FRANKFURT = new Place(50.11, 8.68);
    static final Place BASEL = new Place(47.56, 7.59);
    static final Place LYON = new Place(45.76, 4.84);
    static final Place MILAN = new Place(45.46, 9.19);
    static final Place MUNICH = new Place(48.14, 11.58);
    static final Place HAMBURG = new Place(53.55, 9.99);
    static final Place PARIS = new Place(48.86, 2.35);
    static final Place VIENNA = new Place(48.21, 16.37);
    static final Place PRAGUE = new Place(50.08, 14.44);
    static final Place BARCELONA = new Place(41.39, 2.17);
    static final Place WARSAW = new Place(52.23, 21.01);
    static final Place COPENHAGEN = new Place(55.68, 12.57);
    static final Place BERLIN = new Place(52.52, 13.40);

    private static final double KM_PER_DEGREE = 111.2;

    static Route of(Place... stops) {
        return new Route(List.of(stops));
    }

    /// Where one is after `km` on the tour.
    Place at(double km) {
        double left = km % length();
        for (int i = 0; i < stops.size(); i++) {
            Place from = stops.get(i);
            Place to = stops.get((i + 1) % stops.size());
            double leg = distanceKm(from, to);
            if (left <= leg) {
                double part = left / leg;
                return new Place(
                        from.lat() + part * (to.lat() - from.lat()), from.lon() + part * (to.lon() - from.lon()));
            }
            left -= leg;
        }
        return stops.getFirst();
    }

    double length() {
        double sum = 0;
        for (int i = 0; i < stops.size(); i++) {
            sum += distanceKm(stops.get(i), stops.get((i + 1) % stops.size()));
        }
        return sum;
    }

    static double distanceKm(Place a, Place b) {
        double x = (b.lon() - a.lon()) * Math.cos(Math.toRadians((a.lat() + b.lat()) / 2));
        double y = b.lat() - a.lat();
        return Math.hypot(x, y) * KM_PER_DEGREE;
    }
}
