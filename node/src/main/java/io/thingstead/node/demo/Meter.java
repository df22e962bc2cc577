package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.random.RandomGenerator;

/// A meter for water or power: what flows now, and the sum so far, with more by day than by night.
final class Meter implements Thing {
    enum Kind {
        WATER,
        POWER
    }

    private static final double DAY_MS = 86_400_000;
    private static final double JOULES_PER_KWH = 3_600_000;

    private final Kind kind;
    private final RandomGenerator random;
    private final Wander wander;
    private double sum;
    private long beforeMs;

    Meter(Kind kind, RandomGenerator random) {
        this.kind = kind;
        this.random = random;
        this.wander = kind == Kind.POWER ? new Wander(random, 400, 0.1, 35) : new Wander(random, 0.05, 0.2, 0.02);
        this.sum = 100 + random.nextDouble(4_000);
    }

    @Override
    public long periodMs() {
        return 2_000;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        double day = 0.5 - 0.5 * Math.cos(2 * Math.PI * (nowMs % DAY_MS) / DAY_MS);
        double seconds = beforeMs == 0 ? 0 : Math.clamp((nowMs - beforeMs) / 1000.0, 0, 60);
        beforeMs = nowMs;
        return switch (kind) {
            case POWER -> {
                boolean kettle = random.nextDouble() < 0.05;
                double watt = Math.max(30, wander.next(250 + 500 * day)) + (kettle ? 1_800 : 0);
                sum += watt * seconds / JOULES_PER_KWH;
                yield List.of(Thing.number("power", "W", watt, 0, nowMs), Thing.number("energy", "kWh", sum, 3, nowMs));
            }
            case WATER -> {
                double litresPerSecond = Math.max(0, wander.next(0.02 + 0.1 * day));
                sum += litresPerSecond * seconds / 1_000;
                yield List.of(
                        Thing.number("flow", "l/s", litresPerSecond, 3, nowMs),
                        Thing.number("volume", "m3", sum, 4, nowMs));
            }
        };
    }
}
