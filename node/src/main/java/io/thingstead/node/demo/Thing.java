package io.thingstead.node.demo;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import java.util.List;

/// What a device measures: a model of something in the world, or the real thing.
interface Thing {
    /// How often it measures.
    long periodMs();

    List<Measurement> measure(long nowMs);

    static Measurement number(String name, String unit, double value, int digits, long nowMs) {
        double scale = Math.pow(10, digits);
        return Measurement.of(name, unit, Math.round(value * scale) / scale, nowMs);
    }

    static Measurement flag(String name, boolean value, long nowMs) {
        return new Measurement(name, null, new Value.Flag(value), nowMs);
    }
}
