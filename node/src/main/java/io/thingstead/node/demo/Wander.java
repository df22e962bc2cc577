package io.thingstead.node.demo;

import java.util.random.RandomGenerator;

/// A value that drifts at random and is drawn back to its mean, as temperatures and loads do (an Ornstein-Uhlenbeck
/// walk).
final class Wander {
    private final RandomGenerator random;
    private final double pull;
    private final double noise;
    private double value;

    Wander(RandomGenerator random, double start, double pull, double noise) {
        this.random = random;
        this.value = start;
        this.pull = pull;
        this.noise = noise;
    }

    double next(double mean) {
        value += pull * (mean - value) + noise * random.nextGaussian();
        return value;
    }
}
