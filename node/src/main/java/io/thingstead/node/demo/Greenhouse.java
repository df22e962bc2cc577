package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.random.RandomGenerator;

/// A greenhouse: light follows the day, temperature follows the light, humidity and carbon dioxide go against them.
final class Greenhouse implements Thing {
    private static final double DAY_MS = 86_400_000;

    private final Wander celsius;
    private final Wander humidity;
    private final Wander co2;
    private final Wander clouds;
    private final Route.Place place;

    Greenhouse(Route.Place place, RandomGenerator random) {
        this.place = place;
        celsius = new Wander(random, 20, 0.05, 0.08);
        humidity = new Wander(random, 65, 0.05, 0.4);
        co2 = new Wander(random, 600, 0.05, 6);
        clouds = new Wander(random, 0.7, 0.05, 0.05);
    }

    @Override
    public long periodMs() {
        return 2_500;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        double sun = Math.max(0, -Math.cos(2 * Math.PI * (nowMs % DAY_MS) / DAY_MS));
        double light = sun * Math.clamp(clouds.next(0.7), 0.1, 1);
        return List.of(
                Thing.number("temperature", "Cel", celsius.next(17 + 9 * light), 2, nowMs),
                Thing.number("humidity", "%RH", Math.clamp(humidity.next(80 - 25 * light), 20, 100), 1, nowMs),
                Thing.number("co2", "ppm", Math.max(350, co2.next(750 - 300 * light)), 0, nowMs),
                Thing.number("light", "lx", 60_000 * light, 0, nowMs),
                Thing.number("lat", "lat", place.lat(), 4, nowMs),
                Thing.number("lon", "lon", place.lon(), 4, nowMs));
    }
}
