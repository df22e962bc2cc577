package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A contract on readings of the past: every step on a timeline, with what it would have paid.
class DryRunTest {
    private static final long MIN = 60_000;
    private static final long START = 1_800_000_000_000L;

    private final Machine machine;

    DryRunTest() {
        ContractFile file = Drafts.file("cold-chain");
        machine = new Machine(new Code(file.contract()), file.values());
    }

    private static List<DryRun.Input> journey(int warmFrom, int warmTo, int arrival) {
        List<DryRun.Input> inputs = new ArrayList<>();
        for (int minute = 1; minute <= arrival; minute++) {
            long value = minute >= warmFrom && minute < warmTo ? 95 : 52;
            inputs.add(new DryRun.Measured(START + minute * MIN, "temperature", value, minute, minute - 1));
        }
        inputs.add(new DryRun.Measured(START + arrival * MIN, "arrival", 1, arrival, arrival - 1));
        return inputs;
    }

    @Test
    void a_cool_journey_is_paid() {
        DryRun.Outcome outcome = DryRun.of(machine, START, journey(50, 79, 200), START + 300 * MIN);

        assertThat(outcome.ended()).isTrue();
        assertThat(outcome.state()).isEqualTo("delivered");
        assertThat(outcome.timeline())
                .extracting(DryRun.Moment::words)
                .containsExactly(
                        "all parties have signed",
                        "readings of frames 200 to 200 show “arrived”",
                        "the deadline of “inspection” has come");
    }

    @Test
    void a_warm_journey_is_refused_as_soon_as_it_was_too_warm_for_too_long() {
        DryRun.Outcome outcome = DryRun.of(machine, START, journey(50, 90, 200), START + 300 * MIN);

        assertThat(outcome.state()).isEqualTo("refused");
        assertThat(outcome.timeline().getLast().time()).isEqualTo(START + 80 * MIN);
        assertThat(outcome.timeline().getLast().acts())
                .contains(new Act.Paid("insurance", "maker", 90_000, Contract.Effect.Pay.Why.PAY));
    }

    @Test
    void a_reading_that_is_missing_breaks_what_must_last() {
        List<DryRun.Input> inputs = journey(50, 90, 200);
        inputs.removeIf(input -> input.time() == START + 70 * MIN);

        assertThat(DryRun.of(machine, START, inputs, START + 300 * MIN).state()).isEqualTo("delivered");
    }

    @Test
    void a_signature_that_does_not_fit_stands_on_the_timeline_as_refused() {
        DryRun.Outcome outcome = DryRun.of(
                machine, START, List.of(new DryRun.Signed(START + MIN, "pharmacy", "delivered")), START + 2 * MIN);

        assertThat(outcome.ended()).isFalse();
        assertThat(outcome.timeline().getLast().refused()).isTrue();
        assertThat(outcome.timeline().getLast().words()).contains("there is no way “delivered” out of “travelling”");
    }

    private static DryRun.Outcome parked(List<DryRun.Input> then) {
        ContractFile file = Drafts.file("parking");
        List<DryRun.Input> inputs = new ArrayList<>(List.of(
                new DryRun.Measured(START + MIN, "occupied", 1, 1, 0),
                new DryRun.Measured(START + MIN + 1, "parked", 1, 1, 0),
                new DryRun.Measured(START + 10 * MIN, "occupied", 0, 2, 1)));
        inputs.addAll(then);
        return DryRun.of(new Machine(new Code(file.contract()), file.values()), START, inputs, START + 26 * 60 * MIN);
    }

    @Test
    void that_a_car_was_parked_before_the_bay_said_it_left_is_no_dispute() {
        DryRun.Outcome outcome = parked(List.of(new DryRun.Measured(START + 10 * MIN + 1, "parked", 0, 2, 1)));

        assertThat(outcome.state()).isEqualTo("settled");
        assertThat(outcome.timeline().get(2).acts())
                .containsExactly(new Act.Paid("fee", "operator", 45, Contract.Effect.Pay.Why.PAY));
    }

    @Test
    void a_car_that_is_still_there_after_the_bay_said_it_left_is_a_dispute() {
        DryRun.Outcome outcome = parked(List.of(new DryRun.Measured(START + 10 * MIN + 1, "parked", 1, 2, 1)));

        assertThat(outcome.timeline()).extracting(DryRun.Moment::state).contains("disputed");
        assertThat(outcome.state()).isEqualTo("unsettled");
    }

    @Test
    void what_was_measured_before_a_state_counts_in_it_unless_the_contract_says_otherwise() {
        String text = Templates.find("parking").orElseThrow().text();
        for (String since : List.of("begin", "state")) {
            ContractFile file = ContractFile.read(text.replace("since: state", "since: " + since), Map.of());
            List<DryRun.Input> inputs = List.of(
                    new DryRun.Measured(START + MIN, "occupied", 1, 1, 0),
                    new DryRun.Measured(START + 2 * MIN, "parked", 1, 1, 0),
                    new DryRun.Measured(START + 10 * MIN, "occupied", 0, 2, 1));
            assertThat(DryRun.of(new Machine(new Code(file.contract()), file.values()), START, inputs, START + 11 * MIN)
                            .state())
                    .isEqualTo(since.equals("begin") ? "disputed" : "leaving");
        }
    }
}
