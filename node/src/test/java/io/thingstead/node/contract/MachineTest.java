package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Contracts step by step: what fits goes on, what does not is refused with a code, and money is conserved.
class MachineTest {
    private static final long MIN = 60_000;
    private static final long START = 1_800_000_000_000L;

    private final Machine coldChain = machine("cold-chain");
    private final Standing travelling = coldChain.start(START);

    private static Machine machine(String template) {
        ContractFile file = Drafts.file(template);
        return new Machine(new Code(file.contract()), file.values());
    }

    /// Readings a minute apart.
    private static Shown shown(long before, long... values) {
        List<Shown.At> readings = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            readings.add(new Shown.At(START + (before + 1 + i) * MIN, values[i]));
        }
        return new Shown(
                readings, before, before + values.length, START + before * MIN, START + (before + values.length) * MIN);
    }

    private static long[] minutes(int count, long value) {
        long[] values = new long[count];
        Arrays.fill(values, value);
        return values;
    }

    private static Refusal refusal(Result<Step> result) {
        return ((Result.No<Step>) result).refused().code();
    }

    @Test
    void a_box_that_stayed_cool_is_paid_with_its_arrival_and_nobody_does_anything() {
        Step arrived = coldChain
                .show(travelling, "arrived", shown(100, 1), START + 60 * MIN)
                .orThrow();
        assertThat(arrived.after().state()).isEqualTo("inspection");
        assertThat(coldChain.due(arrived.after())).isEqualTo(START + 70 * MIN);

        Step paid = coldChain.timeOver(arrived.after(), START + 70 * MIN);
        assertThat(paid.after().state()).isEqualTo("delivered");
        assertThat(paid.acts())
                .contains(new Act.Paid("purchase", "maker", 100_000, Contract.Effect.Pay.Why.PAY))
                .contains(new Act.Released("bond", "carrier", 20_000));
        assertThat(paid.after().held()).containsOnly(0L);
        assertThat(coldChain.hasEnded(paid.after())).isTrue();
    }

    @Test
    void an_excursion_counts_when_it_lasted_long_enough_in_one_part_or_in_several() {
        Step part = coldChain
                .show(travelling, "excursion", shown(10, minutes(20, 81)), START + 40 * MIN)
                .orThrow();
        assertThat(part.way()).isEqualTo(Machine.SHOWN_IN_PART);
        Step whole = coldChain
                .show(part.after(), "excursion", shown(30, minutes(11, 95)), START + 50 * MIN)
                .orThrow();
        assertThat(whole.after().state()).isEqualTo("refused");
        assertThat(whole.acts()).contains(new Act.Paid("bond", "pharmacy", 20_000, Contract.Effect.Pay.Why.PENALISE));

        Step gap = coldChain
                .show(part.after(), "excursion", shown(31, minutes(11, 95)), START + 50 * MIN)
                .orThrow();
        assertThat(gap.way()).as("a frame is missing between the parts").isEqualTo(Machine.SHOWN_IN_PART);
    }

    @Test
    void a_device_whose_clock_runs_fast_does_not_make_an_excursion_longer() {
        Shown fast = new Shown(
                List.of(new Shown.At(START, 90), new Shown.At(START + 40 * MIN, 90)), 10, 12, START, START + 5 * MIN);
        assertThat(coldChain
                        .show(travelling, "excursion", fast, START + 10 * MIN)
                        .orThrow()
                        .way())
                .isEqualTo(Machine.SHOWN_IN_PART);
    }

    @Test
    void what_does_not_fit_is_refused_with_a_code() {
        assertThat(refusal(coldChain.show(travelling, "excursion", shown(1, 81, 79, 81), START + 5 * MIN)))
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(refusal(coldChain.sign(travelling, "excursion", "maker", START)))
                .isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(refusal(coldChain.show(travelling, "nothing", shown(1, 1), START)))
                .isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(refusal(coldChain.show(travelling, "arrived", shown(1, 1), START + 3 * 1_440 * MIN)))
                .isEqualTo(Refusal.CONTRACT_LATE);
        assertThat(refusal(coldChain.pause(travelling, "maker", START))).isEqualTo(Refusal.CONTRACT_PARTY);

        Machine parking = machine("parking");
        Standing reserved = parking.start(START);
        assertThat(refusal(parking.sign(reserved, "cancelled", "operator", START)))
                .isEqualTo(Refusal.CONTRACT_PARTY);
        Standing in = parking.show(reserved, "in", shown(4, 1), START + 5 * MIN)
                .orThrow()
                .after();
        assertThat(refusal(parking.show(in, "out", shown(4, 0), START + 6 * MIN)))
                .as("a frame counts once")
                .isEqualTo(Refusal.EVIDENCE_USED);
    }

    @Test
    void a_demand_that_is_not_answered_has_its_outcome_and_one_that_is_leaves_time_to_read() {
        long asked = START + 10 * MIN;
        Standing waiting = coldChain
                .demand(travelling, "temperature", "carrier", START, START + 9 * MIN, START, asked)
                .orThrow()
                .after();
        assertThat(coldChain.due(waiting)).isEqualTo(asked + 240 * MIN);
        assertThat(coldChain.timeOver(waiting, asked + 240 * MIN).after().state())
                .isEqualTo("withheld");

        Step part = coldChain
                .deliver(waiting, shown(-1, minutes(5, 50)), asked + MIN)
                .orThrow();
        assertThat(part.way()).isEqualTo(Machine.DELIVERED_IN_PART);
        assertThat(refusal(coldChain.deliver(part.after(), shown(5, minutes(5, 50)), asked + MIN)))
                .isEqualTo(Refusal.EVIDENCE_GAP);
        Step whole = coldChain
                .deliver(part.after(), shown(4, minutes(6, 50)), asked + MIN)
                .orThrow();
        assertThat(whole.way()).isEqualTo(Machine.DELIVERED);
        assertThat(refusal(coldChain.demand(
                        whole.after(), "temperature", "carrier", START, START, START, asked + 2 * MIN)))
                .as("once in a state, so that nobody delays for ever")
                .isEqualTo(Refusal.CONTRACT_WAY);
    }

    /// Else whoever demands could win by asking for what nobody has.
    @Test
    void a_demand_is_for_a_span_between_the_begin_and_now() {
        long now = START + 10 * MIN;
        assertThat(refusal(coldChain.demand(travelling, "temperature", "carrier", START - 1, now, START, now)))
                .isEqualTo(Refusal.CONTRACT_WAY);
        assertThat(refusal(coldChain.demand(travelling, "temperature", "carrier", START, now + 1, START, now)))
                .isEqualTo(Refusal.CONTRACT_WAY);
        Standing asked = coldChain
                .demand(travelling, "temperature", "carrier", START, now, START, now)
                .orThrow()
                .after();
        assertThat(coldChain
                        .deliver(asked, shown(0, minutes(11, 50)), now + 2 * MIN)
                        .orThrow()
                        .way())
                .as("the device has sent nothing before")
                .isEqualTo(Machine.DELIVERED);
    }

    @Test
    void a_metered_amount_is_for_begun_units_and_at_most_what_was_agreed() {
        Machine parking = machine("parking");
        Standing in = parking.show(parking.start(START), "in", shown(1, 1), START)
                .orThrow()
                .after();
        assertThat(parking.show(in, "out", shown(5, 0), START + 5 * MIN + 1)
                        .orThrow()
                        .acts())
                .contains(new Act.Paid("fee", "operator", 30, Contract.Effect.Pay.Why.PAY));
        assertThat(parking.show(in, "out", shown(5, 0), START + 99 * MIN + 1)
                        .orThrow()
                        .acts())
                .contains(new Act.Paid("fee", "operator", 500, Contract.Effect.Pay.Why.PAY));
    }

    /// Whatever happens, what the deposits hold and what was paid out is what was locked up and paid in, every standing
    /// is the same after a way through bytes, and it ends.
    @ParameterizedTest
    @ValueSource(strings = {"cold-chain", "parking"})
    void whatever_happens_money_is_conserved_and_it_ends(String template) {
        Machine machine = machine(template);
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 500; run++) {
            Standing at = machine.start(START);
            long locked = at.held().stream().mapToLong(Long::longValue).sum();
            long paid = 0;
            long now = START;
            int steps = 0;
            while (!machine.hasEnded(at)) {
                assertThat(steps++).as("seed %d", seed).isLessThan(10_000);
                now = Math.min(machine.due(at), now + random.nextLong(30 * MIN));
                Step step = random.nextInt(4) == 0 && machine.due(at) <= now
                        ? machine.timeOver(at, now)
                        : any(machine, at, random, now);
                if (step == null) {
                    step = machine.due(at) <= now ? machine.timeOver(at, now) : null;
                }
                if (step == null) {
                    continue;
                }
                for (Act act : step.acts()) {
                    paid += switch (act) {
                        case Act.Paid(var _, var _, long amount, var _) -> amount;
                        case Act.Released(var _, var _, long amount) -> amount;
                        case Act.PaidIn(var _, long amount) -> -amount;
                        default -> 0;
                    };
                }
                at = Standing.decode(step.after().encode());
                assertThat(at).isEqualTo(step.after());
                assertThat(at.held()).as("seed %d", seed).allMatch(held -> held >= 0);
                assertThat(at.held().stream().mapToLong(Long::longValue).sum() + paid)
                        .as("seed %d", seed)
                        .isEqualTo(locked);
            }
            assertThat(paid).as("seed %d", seed).isEqualTo(locked);
        }
    }

    /// Frames with a reading a minute each.
    private static Shown frames(long before, long[]... frames) {
        List<Shown.At> readings = new ArrayList<>();
        for (long[] frame : frames) {
            for (long value : frame) {
                readings.add(new Shown.At(START + (readings.size() + 1) * MIN, value));
            }
        }
        int last = frames[frames.length - 1].length;
        return new Shown(
                readings,
                frames[0].length,
                readings.size() - last,
                0,
                before,
                before + frames.length,
                START,
                START + readings.size() * MIN);
    }

    /// Cool and warm by turns, so many readings each.
    private static long[] burst(int... counts) {
        LongStream values = LongStream.empty();
        for (int i = 0; i < counts.length; i++) {
            values = LongStream.concat(values, LongStream.of(minutes(counts[i], i % 2 == 0 ? 50 : 90)));
        }
        return values.toArray();
    }

    @Test
    void what_fits_may_begin_and_end_within_a_frame_that_has_other_readings_too() {
        long now = START + 200 * MIN;
        for (long[][] whole : new long[][][] {
            {burst(10, 31, 10)},
            {burst(0, 20, 5, 31)},
            {burst(0, 20, 5, 31, 5, 20)},
            {burst(10, 10), burst(0, 25, 5)},
            {burst(10, 5), burst(0, 21), burst(0, 10, 5)}
        }) {
            assertThat(coldChain
                            .show(travelling, "excursion", frames(10, whole), now)
                            .orThrow()
                            .after()
                            .state())
                    .as(Arrays.deepToString(whole))
                    .isEqualTo("refused");
        }
        Step part = coldChain
                .show(travelling, "excursion", frames(10, burst(5, 20)), now)
                .orThrow();
        assertThat(part.after().runs().get("excursion").lasted()).isEqualTo(19 * MIN);
        for (long[][] not : new long[][][] {
            {burst(10, 20, 5)},
            {burst(0, 20, 5, 20, 5)},
            {burst(10, 10), burst(0, 5, 1, 5), burst(0, 25)},
            {burst(0, 5, 5), burst(0, 31)},
            {burst(0, 31), burst(5)},
            {burst(0, 31), burst(0, 5, 5)}
        }) {
            assertThat(refusal(coldChain.show(travelling, "excursion", frames(10, not), now)))
                    .as(Arrays.deepToString(not))
                    .isEqualTo(Refusal.EVIDENCE_UNFIT);
        }
    }

    @Test
    void a_guest_is_compensated_for_the_cold_and_the_host_is_paid_all_the_same() {
        Machine home = machine("warm-home");
        Step cold = home.show(home.start(START), "too_cold", shown(10, minutes(181, 180)), START + 200 * MIN)
                .orThrow();
        assertThat(cold.after().state()).isEqualTo("cold");
        assertThat(cold.acts()).contains(new Act.Paid("bond", "guest", 8_000, Contract.Effect.Pay.Why.PENALISE));
        Step over = home.timeOver(cold.after(), home.due(cold.after()));
        assertThat(over.after().state()).isEqualTo("compensated");
        assertThat(over.acts()).contains(new Act.Paid("payment", "host", 40_000, Contract.Effect.Pay.Why.PAY));
    }

    @Test
    void a_farmer_is_paid_after_a_dry_season_and_not_when_it_rained_enough() {
        Machine cover = machine("rain-cover");
        Standing growing = cover.start(START);
        assertThat(refusal(cover.show(growing, "rained", shown(10, 1_799), START + MIN)))
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        Step rained =
                cover.show(growing, "rained", shown(10, 1_800), START + MIN).orThrow();
        assertThat(rained.after().state()).isEqualTo("enough_rain");
        Step dry = cover.timeOver(growing, cover.due(growing));
        assertThat(dry.after().state()).isEqualTo("dry");
        assertThat(dry.acts()).contains(new Act.Paid("covered", "farmer", 500_000, Contract.Effect.Pay.Why.PAY));
        assertThat(dry.after().held()).containsOnly(0L);
    }

    private static Shown by(long key, Shown shown) {
        return new Shown(
                shown.readings(),
                shown.firstEnd(),
                shown.lastBegin(),
                key,
                shown.before(),
                shown.lastFrame(),
                shown.notBefore(),
                shown.notAfter());
    }

    @Test
    void a_later_key_numbers_its_frames_anew_and_goes_on_with_nothing_of_the_one_before() {
        long now = START + 200 * MIN;
        Standing part = coldChain
                .show(travelling, "excursion", shown(10, minutes(20, 81)), now)
                .orThrow()
                .after();
        Standing anew = coldChain
                .show(part, "excursion", by(700, shown(30, minutes(20, 81))), now)
                .orThrow()
                .after();
        assertThat(anew.state()).isEqualTo("travelling");
        assertThat(anew.key("temperature")).isEqualTo(700);
        assertThat(anew.runs().get("excursion").lasted()).isEqualTo(19 * MIN);
        assertThat(Standing.decode(anew.encode())).isEqualTo(anew);
        assertThat(refusal(coldChain.show(anew, "excursion", shown(50, minutes(20, 81)), now)))
                .isEqualTo(Refusal.EVIDENCE_USED);
        assertThat(coldChain
                        .show(anew, "excursion", by(700, shown(50, minutes(12, 81))), now)
                        .orThrow()
                        .after()
                        .state())
                .isEqualTo("refused");

        Machine parking = machine("parking");
        Standing in = parking.show(parking.start(START), "in", shown(90, 1), START + MIN)
                .orThrow()
                .after();
        assertThat(in.marks()).containsEntry("occupied", 91L);
        assertThat(refusal(parking.show(in, "out", shown(3, 0), START + 2 * MIN)))
                .isEqualTo(Refusal.EVIDENCE_USED);
        Standing out = parking.show(in, "out", by(700, shown(3, 0)), START + 2 * MIN)
                .orThrow()
                .after();
        assertThat(out.state()).isEqualTo("leaving");
        assertThat(out.marks()).containsEntry("occupied", 4L);
    }

    @Test
    void what_is_delivered_in_parts_is_of_one_key() {
        long now = START + 60 * MIN;
        Standing asked = coldChain
                .demand(travelling, "temperature", "carrier", START + 5 * MIN, START + 50 * MIN, START, now)
                .orThrow()
                .after();
        for (long key : new long[] {0, 700}) {
            Step part = coldChain
                    .deliver(asked, by(key, shown(4, minutes(20, 50))), now)
                    .orThrow();
            assertThat(part.way()).isEqualTo(Machine.DELIVERED_IN_PART);
            Shown rest = shown(24, minutes(30, 50));
            assertThat(refusal(coldChain.deliver(part.after(), by(700 - key, rest), now)))
                    .isEqualTo(Refusal.EVIDENCE_GAP);
            Step whole = coldChain.deliver(part.after(), by(key, rest), now).orThrow();
            assertThat(whole.way()).isEqualTo(Machine.DELIVERED);
            assertThat(whole.after().marks()).isEqualTo(travelling.marks());
        }
    }

    private static Step any(Machine machine, Standing at, SplittableRandom random, long now) {
        Contract contract = machine.contract();
        var ways = contract.state(at.state()).transitions();
        String party = contract.parties()
                .get(random.nextInt(contract.parties().size()))
                .name();
        if (random.nextInt(5) == 0 && !contract.state(at.state()).demands().isEmpty()) {
            String stream = contract.state(at.state()).demands().getFirst().stream();
            return ok(machine.demand(at, stream, party, START, now, START, now));
        }
        if (at.demand() != null && random.nextBoolean()) {
            return ok(machine.deliver(
                    at, new Shown(List.of(new Shown.At(START, 50), new Shown.At(now, 50)), 0, 5, START, now), now));
        }
        if (ways.isEmpty()) {
            return null;
        }
        String way = ways.get(random.nextInt(ways.size())).name();
        return switch (random.nextInt(3)) {
            case 0 -> ok(machine.sign(at, way, party, now));
            case 1 -> ok(machine.pay(at, way, party, now));
            default -> {
                long before = random.nextLong(1_000);
                yield ok(machine.show(
                        at,
                        way,
                        new Shown(
                                List.of(new Shown.At(START, random.nextLong(-1, 100)), new Shown.At(now, 90)),
                                before,
                                before + 5,
                                START,
                                now),
                        now));
            }
        };
    }

    private static Step ok(Result<Step> result) {
        return result instanceof Result.Ok<Step>(Step step) ? step : null;
    }
}
