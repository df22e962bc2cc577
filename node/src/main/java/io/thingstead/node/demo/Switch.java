package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.random.RandomGenerator;

/// Something that is on or off at a fixed place: a parking bay (occupied).
final class Switch implements Thing {
    private final String name;
    private final Route.Place place;
    private final double flipChance;
    private final RandomGenerator random;
    private boolean on;

    Switch(String name, Route.Place place, double flipChance, RandomGenerator random) {
        this.name = name;
        this.place = place;
        this.flipChance = flipChance;
        this.random = random;
        this.on = random.nextBoolean();
    }

    @Override
    public long periodMs() {
        return 3_000;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        if (random.nextDouble() < flipChance) {
            on = !on;
        }
        return List.of(
                Thing.flag(name, on, nowMs),
                Thing.number("lat", "lat", place.lat(), 4, nowMs),
                Thing.number("lon", "lon", place.lon(), 4, nowMs));
    }
}
