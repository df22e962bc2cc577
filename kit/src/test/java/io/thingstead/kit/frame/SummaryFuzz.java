package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes a device signs for a summary, it is answered, and what counts can be written in one way.
final class SummaryFuzz {
    private static final long T = 1_790_000_000_123L;

    @Test
    void a_mutated_summary_is_none_is_refused_or_can_be_made_anew() {
        Random random = Seeded.random(SummaryFuzz.class);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            Summary good = new Summary(
                    "t", "Cel", -random.nextInt(50), random.nextInt(50), T, T + 1 + random.nextInt(99_999), 1, 2 + i);
            byte[] bytes = Mutations.of(SenMlEncoder.encode(good.measurements()), random);
            if (!(SenMl.decode(bytes, T) instanceof Result.Ok<List<Reading>>(List<Reading> readings))) {
                continue;
            }
            switch (Summary.in(readings, "t")) {
                case Result.No<Optional<Summary>>(var no) -> {
                    refused++;
                    assertThat(no.code()).isEqualTo(Refusal.EVIDENCE_UNFIT);
                }
                case Result.Ok<Optional<Summary>>(Optional<Summary> summary) -> {
                    read += summary.isPresent() ? 1 : 0;
                    summary.ifPresent(it -> assertThat(Summary.in(
                                            SenMl.decode(SenMlEncoder.encode(it.measurements()), T)
                                                    .orThrow(),
                                            "t")
                                    .orThrow())
                            .contains(it));
                }
            }
        }
        System.out.println("mutated summaries: " + read + " still whole, " + refused + " refused");
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }
}
