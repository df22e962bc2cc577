package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A press that shakes ten times a second and tells it in bursts of 60 readings, signed once.
final class Press implements Thing {
    private static final int BURST = 60;
    private static final long STEP_MS = 100;

    private final RandomGenerator random;

    Press(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public long periodMs() {
        return BURST * STEP_MS;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        List<Measurement> burst = new ArrayList<>(BURST);
        for (int i = 0; i < BURST; i++) {
            long time = nowMs - (BURST - 1 - i) * STEP_MS;
            double stroke = Math.max(0, Math.sin(2 * Math.PI * (time % 2_000) / 2_000.0));
            burst.add(Thing.number("vibration", "m/s2", 8 * stroke + Math.abs(random.nextGaussian()), 1, time));
        }
        return burst;
    }
}
