package io.thingstead.node.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// What one stream's forest finds unusual.
class ForestTest {
    private static double wave(int i, Random random) {
        return 20 + 5 * Math.sin(i / 12.0) + 0.2 * random.nextGaussian();
    }

    @Test
    void as_usual_is_about_one_and_what_never_was_is_far_above() {
        var random = new Random(7);
        var forest = new Forest();
        double most = 0;
        double sum = 0;
        for (int i = 0; i < 2_000; i++) {
            double score = forest.add(wave(i, random));
            if (i < 200) continue;
            most = Math.max(most, score);
            sum += score;
        }
        assertThat(sum / 1_800).isBetween(0.8, 1.2);
        assertThat(most).isLessThan(2.5);
        assertThat(forest.add(45)).isGreaterThan(2.5);
    }

    @Test
    void a_form_that_never_was_is_unusual_though_each_value_is_usual() {
        var random = new Random(7);
        var forest = new Forest();
        for (int i = 0; i < 2_000; i++) forest.add(wave(i, random));
        double most = 0;
        for (int i = 0; i < 16; i++) most = Math.max(most, forest.add(i % 2 == 0 ? 16 : 24));
        assertThat(most).isGreaterThan(2.5);
    }

    @Test
    void the_same_numbers_give_the_same_scores_and_few_say_nothing() {
        var one = new Forest();
        var other = new Forest();
        var random = new Random(3);
        for (int i = 0; i < 500; i++) {
            double value = random.nextGaussian();
            double score = one.add(value);
            assertThat(other.add(value)).isEqualTo(score);
            if (i < 150) assertThat(score).isZero();
        }
    }

    @Test
    void a_stream_that_never_changes_is_as_usual_until_it_does() {
        var forest = new Forest();
        for (int i = 0; i < 1_000; i++) assertThat(forest.add(5)).isLessThan(2);
        double most = 0;
        for (int i = 0; i < 8; i++) most = Math.max(most, forest.add(6));
        assertThat(most).isGreaterThan(2.5);
    }

    @Test
    void scores_are_kept_up_to_a_number_and_found_by_time() {
        var scores = new Scores();
        for (int i = 0; i < 5_000; i++) scores.add(i, i);
        assertThat(scores.between(0, 5_000).timeMs())
                .hasSize(4_096)
                .startsWith(904)
                .endsWith(4_999);
        assertThat(scores.between(2_000, 2_002).score()).containsExactly(2_000f, 2_001f);
        assertThat(scores.between(0, 904).timeMs()).isEmpty();
    }
}
