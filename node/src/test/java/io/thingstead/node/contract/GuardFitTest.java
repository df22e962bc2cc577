package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Whether all, some or none of the readings from one to another fit a guard, beside asking for each of them.
class GuardFitTest {
    private static final ContractFile FILE = Drafts.file("cold-chain");
    private static final Guard.Scope SCOPE = Guard.Scope.of(FILE.contract(), "temperature");
    private static final String[] SUMS = {
        "temperature",
        "temperature + temperature",
        "-temperature",
        "too_warm - temperature",
        "temperature - too_warm - too_warm",
        "temperature + temperature + temperature - too_warm",
        "too_warm",
        "0"
    };
    private static final String[] SIGNS = {"<", "<=", ">", ">=", "==", "!="};

    private static Guard guard(String text) {
        return Guard.compile(SCOPE, text).code().orElseThrow().with(FILE.contract(), FILE.values());
    }

    /// Fits all outside 0 to 8.0 degrees.
    @Test
    void both_ends_may_fit_and_what_is_between_not() {
        Guard guard = guard("temperature < 0 || temperature > too_warm");
        assertThat(guard.fits(81, 95)).isEqualTo(Guard.Fit.ALL);
        assertThat(guard.fits(-5, -1)).isEqualTo(Guard.Fit.ALL);
        assertThat(guard.fits(0, 80)).isEqualTo(Guard.Fit.NONE);
        assertThat(guard.fits(-5, 95)).as("both ends fit").isEqualTo(Guard.Fit.SOME);
        assertThat(guard.fits(80, 81)).isEqualTo(Guard.Fit.SOME);
        assertThat(guard("!(temperature == too_warm)").fits(79, 81)).isEqualTo(Guard.Fit.SOME);
        assertThat(guard("temperature == too_warm").fits(79, 81)).isEqualTo(Guard.Fit.SOME);
        assertThat(guard("temperature + temperature == too_warm").fits(40, 40)).isEqualTo(Guard.Fit.ALL);
        assertThat(guard("temperature > too_warm").fits(-Numbers.MAX, Numbers.MAX))
                .isEqualTo(Guard.Fit.SOME);
    }

    @Test
    void it_is_what_asking_for_each_reading_comes_to() {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int looked = 0;
        for (int i = 0; i < 400; i++) {
            String text = random(random, 3);
            if (Guard.compile(SCOPE, text).fault().isPresent()) {
                continue; // too long
            }
            looked++;
            Guard guard = guard(text);
            for (int k = 0; k < 10; k++) {
                long least = random.nextLong(-200, 200);
                long most = least + random.nextLong(1, random.nextBoolean() ? 6 : 300);
                long fitting =
                        LongStream.rangeClosed(least, most).filter(guard::fits).count();
                assertThat(guard.fits(least, most))
                        .as("seed %d: %s from %d to %d", seed, text, least, most)
                        .isEqualTo(
                                fitting == 0
                                        ? Guard.Fit.NONE
                                        : fitting == most - least + 1 ? Guard.Fit.ALL : Guard.Fit.SOME);
            }
        }
        assertThat(looked).as("seed %d", seed).isGreaterThan(200);
    }

    private static String random(SplittableRandom random, int depth) {
        return switch (depth == 0 ? 3 : random.nextInt(4)) {
            case 0 -> "(" + random(random, depth - 1) + " && " + random(random, depth - 1) + ")";
            case 1 -> "(" + random(random, depth - 1) + " || " + random(random, depth - 1) + ")";
            case 2 -> "!(" + random(random, depth - 1) + ")";
            default ->
                SUMS[random.nextInt(SUMS.length)] + " " + SIGNS[random.nextInt(SIGNS.length)] + " "
                        + SUMS[random.nextInt(SUMS.length)];
        };
    }
}
