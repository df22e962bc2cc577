package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.contract.Sums.Sum;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who gave and got how much in a course, and the terms as a form shows them.
class SumsTest {
    private static final String EUR = "bank:EUR";
    private static final long START = 1_800_000_000_000L;
    private static final long MIN = 60_000;

    private static List<Sum> sums(String template, List<DryRun.Input> inputs) {
        ContractFile file = Drafts.file(template);
        DryRun.Outcome outcome =
                DryRun.of(new Machine(new Code(file.contract()), file.values()), START, inputs, Long.MAX_VALUE);
        assertThat(outcome.ended()).isTrue();
        Sums sums = new Sums(file.contract(), file.values());
        outcome.timeline().forEach(moment -> sums.add(moment.acts()));
        return sums.all();
    }

    @Test
    void a_box_that_does_not_arrive_costs_its_carrier_the_bond() {
        assertThat(sums("cold-chain", List.of()))
                .containsExactly(
                        new Sum("maker", EUR, 2, 10_000, 8_000),
                        new Sum("carrier", EUR, 2, 20_000, 0),
                        new Sum("pharmacy", EUR, 2, 100_000, 120_000),
                        new Sum("insurer", EUR, 2, 90_000, 92_000));
    }

    @Test
    void what_is_paid_by_the_minute_and_what_is_left_go_to_their_parties() {
        List<DryRun.Input> stay = List.of(
                new DryRun.Measured(START + MIN, "occupied", 1, 1, 0),
                new DryRun.Measured(START + 12 * MIN, "occupied", 0, 2, 1));
        assertThat(sums("parking", stay))
                .containsExactly(new Sum("driver", EUR, 2, 500, 445), new Sum("operator", EUR, 2, 0, 55));
    }

    @Test
    void nothing_is_made_and_nothing_is_lost() {
        for (String template : List.of("cold-chain", "parking")) {
            List<Sum> all = sums(template, List.of());
            assertThat(all.stream().mapToLong(Sum::got).sum())
                    .isEqualTo(all.stream().mapToLong(Sum::gave).sum());
        }
    }

    @Test
    void a_form_shows_each_term_as_it_is_written() {
        assertThat(FilledTerm.of(Drafts.file("cold-chain")))
                .contains(
                        new FilledTerm("box", "device", "maker:box-1", "", null, null),
                        new FilledTerm("temperature", "stream", null, "Cel", "box", "temperature"),
                        new FilledTerm("too_warm", "quantity", "8.0", "Cel", null, null),
                        new FilledTerm("too_long", "duration", "30 min", "", null, null),
                        new FilledTerm("price", "money", "1000.00", EUR, null, null))
                .hasSize(13);
    }

    @Test
    void a_form_shows_what_can_be_read_of_a_contract_that_is_not_sound() {
        ContractFile file = ContractFile.read(
                "terms:\n  time: {type: duration, value: soon}\n  note: {type: text}\n", java.util.Map.of());
        assertThat(file.isSound()).isFalse();
        assertThat(FilledTerm.of(file)).extracting(FilledTerm::name).containsExactly("time", "note");
    }
}
