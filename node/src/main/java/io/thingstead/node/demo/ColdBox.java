package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A cooled box on a lorry: position, temperature, shocks, battery. Its cooling holds 5 °C; one that is `weak` fails
/// now
/// and then, warms up towards the outside, and recovers.
final class ColdBox implements Thing {
    private static final double KM_PER_SECOND = 1.2;
    private static final double SET_POINT = 5;
    private static final double OUTSIDE = 21;
    private static final long FAILS_EVERY_MS = 180_000;
    private static final long FAILS_FOR_MS = 60_000;

    private final Route route;
    private final double headStartKm;
    private final boolean weak;
    private final RandomGenerator random;
    private final Wander jitter;
    private double celsius = SET_POINT;
    private double battery;
    private long beforeMs;

    ColdBox(Route route, double headStartKm, boolean weak, RandomGenerator random) {
        this.route = route;
        this.headStartKm = headStartKm;
        this.weak = weak;
        this.random = random;
        this.jitter = new Wander(random, 0, 0.2, 0.05);
        this.battery = 60 + random.nextDouble(40);
    }

    @Override
    public long periodMs() {
        return 2_000;
    }

    /// Whether the cooling is off at this time.
    boolean failing(long nowMs) {
        return weak && nowMs % FAILS_EVERY_MS < FAILS_FOR_MS;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        double seconds = beforeMs == 0 ? 2 : Math.clamp((nowMs - beforeMs) / 1000.0, 0, 10);
        beforeMs = nowMs;
        double goal = failing(nowMs) ? OUTSIDE : SET_POINT;
        double rate = failing(nowMs) ? 0.015 : 0.04;
        celsius += (goal - celsius) * Math.min(1, rate * seconds);
        battery = battery < 12 ? 100 : battery - 0.004 * seconds;
        Route.Place place = route.at(headStartKm + KM_PER_SECOND * (nowMs % 86_400_000_000L) / 1000.0);
        List<Measurement> all = new ArrayList<>();
        all.add(Thing.number("temperature", "Cel", celsius + jitter.next(0), 2, nowMs));
        all.add(Thing.number("lat", "lat", place.lat(), 4, nowMs));
        all.add(Thing.number("lon", "lon", place.lon(), 4, nowMs));
        boolean bump = random.nextDouble() < 0.03;
        all.add(Thing.number(
                "shock", "m/s2", bump ? 15 + random.nextDouble(30) : 1 + Math.abs(random.nextGaussian()), 1, nowMs));
        all.add(Thing.number("battery", "%EL", battery, 1, nowMs));
        return all;
    }
}
