package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Summaries in a contract: they count like the readings that they stand for, and whoever holds the device gains
/// nothing by summing up.
class SummariesTest {
    private static final long MIN = 60_000;
    private static final long START = 1_800_000_000_000L;
    private static final long NOW = START + 240 * MIN;
    private static final int FRAMES = 30;

    private final ContractFile file = Drafts.file("cold-chain");
    private final Machine machine = new Machine(new Code(file.contract()), file.values());
    private final Standing travelling = machine.start(START);

    /// Of measurements a second apart.
    private static Shown.At minutes(int from, int to, double least, double most) {
        return new Shown.At(
                START + from * MIN,
                START + to * MIN - 1_000,
                Math.round(least * 10),
                Math.round(most * 10),
                from * 60L + 1,
                to * 60L);
    }

    private static Shown shown(long before, Shown.At... readings) {
        return new Shown(List.of(readings), before, before + readings.length, START, NOW);
    }

    private Step show(Standing at, Shown shown) {
        return machine.show(at, "excursion", shown, NOW).orThrow();
    }

    private static Refusal refusal(Result<Step> result) {
        return ((Result.No<Step>) result).refused().code();
    }

    private Standing asked(int from, int to) {
        return asked(START + from * MIN, START + to * MIN);
    }

    private Standing asked(long from, long to) {
        return machine.demand(travelling, "temperature", "carrier", from, to, START, NOW)
                .orThrow()
                .after();
    }

    @Test
    void what_lasted_counts_from_a_summarys_begin_to_anothers_end() {
        Step part = show(travelling, shown(10, minutes(0, 10, 8.1, 9.3), minutes(10, 20, 8.2, 12)));
        assertThat(part.way()).isEqualTo(Machine.SHOWN_IN_PART);
        assertThat(part.after().runs().get("excursion").lasted()).isEqualTo(20 * MIN - 1_000);
        assertThat(show(part.after(), shown(12, minutes(20, 31, 9, 9))).after().state())
                .isEqualTo("refused");
        assertThat(Standing.decode(part.after().encode())).isEqualTo(part.after());
        assertThat(show(part.after(), shown(12, minutes(21, 31, 9, 9))).way())
                .as("sixty measurements are missing")
                .isEqualTo(Machine.SHOWN_IN_PART);
        assertThat(show(part.after(), shown(13, minutes(20, 31, 9, 9))).way())
                .as("a frame is missing")
                .isEqualTo(Machine.SHOWN_IN_PART);
    }

    @Test
    void it_lasts_never_longer_than_by_the_ledgers_time() {
        Shown late = new Shown(List.of(minutes(0, 40, 9, 9)), 10, 11, START + 38 * MIN, START + 41 * MIN);
        assertThat(show(travelling, late).way()).isEqualTo(Machine.SHOWN_IN_PART);
    }

    @Test
    void a_summary_that_has_readings_that_do_not_fit_is_refused() {
        assertThat(refusal(machine.show(travelling, "excursion", shown(10, minutes(0, 40, 8.0, 9)), NOW)))
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
    }

    @Test
    void a_reading_between_summaries_is_one_measurement() {
        Shown.At reading = new Shown.At(START + 10 * MIN, 90);
        Shown.At after = new Shown.At(START + 10 * MIN + 1_000, START + 31 * MIN, 85, 90, 602, 1_860);
        assertThat(Shown.follow(List.of(minutes(0, 10, 9, 9), reading, after))).isTrue();
        assertThat(Shown.follow(List.of(minutes(0, 10, 9, 9), after))).isFalse();
        assertThat(Shown.follow(List.of(minutes(0, 10, 9, 9), reading, reading, after)))
                .isFalse();
        Standing part =
                show(travelling, shown(10, minutes(0, 10, 9, 9), reading)).after();
        assertThat(show(part, shown(12, after)).after().state()).isEqualTo("refused");
    }

    @Test
    void what_a_summary_says_of_before_does_not_count() {
        Shown.At summary = minutes(0, 10, 9, 9);
        assertThat(summary.isBefore(START + 10 * MIN)).isTrue();
        assertThat(summary.isBefore(START + 9 * MIN)).isFalse();
        assertThat(summary.since(START + 9 * MIN).begin()).isEqualTo(START + 9 * MIN);
        Shown.At reading = new Shown.At(START, 90);
        assertThat(reading.isBefore(NOW)).as("of a reading the ledger knows").isFalse();
        assertThat(reading.since(NOW)).isEqualTo(reading);

        Contract.Trigger.Evidence ever = new Contract.Trigger.Evidence("temperature", "true", null, false);
        Contract.Trigger.Evidence since = new Contract.Trigger.Evidence("temperature", "true", null, true);
        Standing later = travelling.entering(file.contract(), file.values(), "travelling", START + MIN);
        assertThat(Machine.countsFrom(later, ever, START)).isEqualTo(START);
        assertThat(Machine.countsFrom(later, since, START)).isEqualTo(START + MIN);
        Standing paused = later.paused(START + 2 * MIN, "maker").resumed(START + 9 * MIN);
        assertThat(Machine.countsFrom(paused, since, START))
                .as("when it was entered nobody knows now")
                .isEqualTo(START);
    }

    @Test
    void a_demand_is_answered_by_summaries_that_follow_each_other() {
        Standing asked = asked(5, 25);
        assertThat(refusal(machine.deliver(asked, shown(10, minutes(6, 30, 2, 7)), NOW)))
                .isEqualTo(Refusal.EVIDENCE_GAP);
        Step part = machine.deliver(asked, shown(10, minutes(0, 10, 2, 7)), NOW).orThrow();
        assertThat(part.way()).isEqualTo(Machine.DELIVERED_IN_PART);
        Standing left = Standing.decode(part.after().encode());
        assertThat(left).isEqualTo(part.after());
        assertThat(refusal(machine.deliver(left, shown(11, minutes(11, 30, 2, 7)), NOW)))
                .as("measurements are missing between the parts")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        assertThat(refusal(machine.deliver(left, shown(11, minutes(9, 30, 2, 7)), NOW)))
                .as("or come twice")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        assertThat(machine.deliver(left, shown(11, minutes(10, 26, 2, 7)), NOW)
                        .orThrow()
                        .way())
                .isEqualTo(Machine.DELIVERED);
    }

    @Test
    void a_summary_that_does_not_say_whether_its_readings_fit_delivers_nothing() {
        Shown hiding = shown(10, minutes(0, 10, 2, 7), minutes(10, 20, 2, 9), minutes(20, 30, 2, 7));
        assertThat(refusal(machine.deliver(asked(5, 25), hiding, NOW))).isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(machine.deliver(asked(20, 25), hiding, NOW).isOk())
                .as("it is from before what is demanded")
                .isTrue();
        assertThat(machine.deliver(asked(5, 25), shown(10, minutes(0, 30, 8.1, 9)), NOW)
                        .isOk())
                .as("all of them fit")
                .isTrue();
    }

    @Test
    void where_there_are_no_summaries_a_standing_has_the_bytes_that_it_had() {
        Shown readings = new Shown(List.of(new Shown.At(START, 90)), 10, 11, START, NOW);
        byte[] run = show(travelling, readings).after().encode();
        Standing.Run known = new Standing.Run(START, START, 11, START, NOW, 0);
        assertThat(Standing.decode(run).runs()).containsEntry("excursion", known);
        byte[] counted =
                show(travelling, shown(10, minutes(0, 10, 9, 9))).after().encode();
        assertThat(counted.length - run.length).as("one number more").isBetween(2, 9);
    }

    /// A frame with all readings that a summary stands for is the measure: it shows nothing that they would not, and
    /// where it is delivered, nothing that they would show is hidden.
    @Test
    void summing_up_shows_no_more_than_the_readings_and_delivers_no_less() {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int shownAlike = 0;
        int deliveredAlike = 0;
        Transition excursion =
                file.contract().state("travelling").transition("excursion").orElseThrow();
        for (int round = 0; round < 3_000; round++) {
            List<Shown.At> single = new ArrayList<>();
            List<Shown.At> summed = new ArrayList<>();
            sumUp(random, single, summed);
            long ledger = random.nextLong(60 * MIN);
            Shown readings = new Shown(single, 10, 11, START, START + ledger);
            Shown summaries = new Shown(summed, 10, 11, START, START + ledger);
            if (machine.show(travelling, "excursion", summaries, NOW) instanceof Result.Ok<Step>(Step step)) {
                shownAlike++;
                Step alike = show(travelling, readings);
                assertThat(step.way()).as("seed %d", seed).isEqualTo(alike.way());
                assertThat(step.after().state())
                        .as("seed %d", seed)
                        .isEqualTo(alike.after().state());
            }
            Standing asked = asked(START, single.getLast().end());
            if (machine.deliver(asked, summaries, NOW) instanceof Result.Ok<Step>(Step step)) {
                deliveredAlike++;
                assertThat(step.way())
                        .as("seed %d", seed)
                        .isEqualTo(
                                machine.deliver(asked, readings, NOW).orThrow().way());
                assertThat(spans(excursion, summed)).as("seed %d", seed).isEqualTo(spans(excursion, single));
            }
        }
        assertThat(List.of(shownAlike, deliveredAlike)).as("seed %d", seed).allMatch(times -> times > 50);
    }

    private static void sumUp(SplittableRandom random, List<Shown.At> single, List<Shown.At> summed) {
        long time = START;
        long number = random.nextLong(1, 1_000);
        double celsius = random.nextBoolean() ? 9 : 7;
        for (int i = random.nextInt(1, FRAMES); i > 0; i--) {
            Summary summary = null;
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                celsius += random.nextInt(8) == 0 ? random.nextDouble(-2, 2) : random.nextDouble(-0.2, 0.2);
                summary = summary == null
                        ? Summary.of("temperature", "Cel", number, celsius, time)
                        : summary.and(celsius, time);
                single.add(new Shown.At(time, Numbers.measured(celsius, 1).orElseThrow()));
                number++;
                time += random.nextLong(2 * MIN);
            }
            summed.add(
                    random.nextInt(5) == 0 && summary.first() == summary.last()
                            ? single.getLast()
                            : Shown.At.of(
                                    summary,
                                    Numbers.measured(summary.min(), 1).orElseThrow(),
                                    Numbers.measured(summary.max(), 1).orElseThrow()));
        }
    }

    /// From when to when readings fit without one between that does not.
    private List<List<Long>> spans(Transition way, List<Shown.At> readings) {
        List<List<Long>> spans = new ArrayList<>();
        boolean before = false;
        for (Shown.At reading : readings) {
            boolean fits = machine.fits(way, reading);
            if (fits) {
                spans.add(List.of(before ? spans.removeLast().getFirst() : reading.begin(), reading.end()));
            }
            before = fits;
        }
        return spans;
    }

    private static List<DryRun.Input> summaries(int minutes, int warmFrom, int warmTo) {
        List<DryRun.Input> inputs = new ArrayList<>();
        for (int minute = 0; minute < minutes; minute++) {
            boolean warm = minute >= warmFrom && minute < warmTo;
            Shown.At at = minutes(minute, minute + 1, warm ? 8.5 : 4, warm ? 9.5 : 5);
            inputs.add(new DryRun.Measured("temperature", at, minute + 1, minute));
        }
        return inputs;
    }

    @Test
    void a_dry_run_on_summaries_goes_on_as_soon_as_the_ledger_can_know_it() {
        DryRun.Outcome outcome = DryRun.of(machine, START, summaries(100, 40, 90), NOW);
        assertThat(outcome.state()).isEqualTo("refused");
        assertThat(outcome.timeline().getLast().time())
                .as("half an hour is less a second after thirty minutes’ summaries")
                .isEqualTo(START + 71 * MIN - 1_000);
        assertThat(outcome.timeline().getLast().words()).startsWith("readings of frames 40 to 71");
        assertThat(DryRun.of(machine, START, summaries(100, 0, 30), NOW).state())
                .as("no frame came before: it was known when the first of them ended")
                .isEqualTo("travelling");
        assertThat(DryRun.of(machine, START, summaries(100, 0, 31), NOW).state())
                .isEqualTo("refused");

        List<DryRun.Input> gap = summaries(100, 40, 90);
        gap.remove(60);
        assertThat(DryRun.of(machine, START, gap, NOW).state()).isEqualTo("travelling");
        List<DryRun.Input> uncounted = new ArrayList<>(summaries(60, 40, 90));
        for (int minute = 61; minute < 80; minute++) {
            uncounted.add(new DryRun.Measured("temperature", minutes(minute, minute + 1, 9, 9), minute, minute - 1));
        }
        assertThat(DryRun.of(machine, START, uncounted, NOW).state())
                .as("frames follow each other, measurements do not")
                .isEqualTo("travelling");
    }

    @Test
    void one_summary_of_an_hour_is_enough_where_a_frame_came_before() {
        List<DryRun.Input> inputs = new ArrayList<>(List.of(
                new DryRun.Measured("temperature", new Shown.At(START + MIN, 50), 1, 0),
                new DryRun.Measured("temperature", minutes(2, 62, 8.1, 9), 2, 1)));
        assertThat(DryRun.of(machine, START, inputs, NOW).state()).isEqualTo("refused");
        inputs.removeFirst();
        assertThat(DryRun.of(machine, START, inputs, NOW).state()).isEqualTo("travelling");
    }

    /// A device that ends a summary where the reading passes the limit leads to what it would by sending each reading.
    @Test
    void summaries_that_end_at_the_limits_lead_to_the_same_as_the_readings() {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < 1_000; round++) {
            List<DryRun.Input> single = new ArrayList<>();
            List<DryRun.Input> summed = new ArrayList<>();
            long time = START;
            long value = 50;
            Shown.At sum = new Shown.At(time, time, value, value, 1, 1);
            single.add(new DryRun.Measured("temperature", new Shown.At(time, value), 1, 0));
            for (int n = 2; n < 120; n++) {
                time += random.nextLong(1, 2 * MIN);
                value = random.nextInt(30) == 0 ? random.nextLong(60, 100) : value;
                single.add(new DryRun.Measured("temperature", new Shown.At(time, value), n, n - 1));
                boolean passes = value > 80 != sum.most() > 80;
                if (passes || random.nextInt(20) == 0) {
                    summed.add(new DryRun.Measured("temperature", sum, summed.size() + 1, summed.size()));
                    sum = new Shown.At(time, time, value, value, n, n);
                } else {
                    sum = new Shown.At(
                            sum.begin(),
                            time,
                            Math.min(sum.least(), value),
                            Math.max(sum.most(), value),
                            sum.first(),
                            n);
                }
            }
            summed.add(new DryRun.Measured("temperature", sum, summed.size() + 1, summed.size()));
            String state = DryRun.of(machine, START, single, NOW).state();
            assertThat(DryRun.of(machine, START, summed, NOW).state())
                    .as("seed %d", seed)
                    .isEqualTo(state);
            refused += state.equals("refused") ? 1 : 0;
        }
        assertThat(refused).as("seed %d", seed).isBetween(100, 900);
    }

    @Test
    void lines_of_the_past_that_are_a_summary_are_read_as_one() {
        PastReadings past = new PastReadings(file.contract(), file.values());
        for (int minute = 0; minute < 32; minute++) {
            past.add(START + minute * MIN, "maker:box-1", "humidity", "%RH", 50, 1_000 + minute);
            long from = START + minute * MIN;
            String unit = "Cel";
            past.add(from, "maker:box-1", "temperature/min", unit, 8.5, minute);
            past.add(from + MIN - 1, "maker:box-1", "temperature/max", unit, 9.5, minute);
            past.add(from, "maker:box-1", "temperature/first", "", minute * 60 + 1, minute);
            past.add(from + MIN - 1, "maker:box-1", "temperature/last", "", minute * 60 + 60, minute);
        }
        past.add(START + 40 * MIN, "maker:box-1", "temperature/first", "", 7, 99);
        assertThat(past.inputs())
                .hasSize(32)
                .first()
                .satisfies(input -> assertThat(input.time()).isEqualTo(START + MIN - 1));
        assertThat(past.skipped()).as("a part of a summary is none").isEqualTo(1);
        assertThat(past.streams()).isEqualTo(1);
        assertThat(DryRun.of(machine, START, past.inputs(), NOW).state()).isEqualTo("refused");
    }

    @Test
    void what_counts_in_a_dry_run_is_what_was_summed_up_since_the_state_was_entered() {
        String text = Templates.find("parking").orElseThrow().text();
        ContractFile parking = ContractFile.read(text, Map.of());
        Machine parked = new Machine(new Code(parking.contract()), parking.values());
        List<DryRun.Input> inputs = new ArrayList<>(List.of(
                new DryRun.Measured(START + MIN, "occupied", 1, 1, 0),
                new DryRun.Measured(START + 10 * MIN, "occupied", 0, 2, 1)));
        Shown.At before = new Shown.At(START + 2 * MIN, START + 10 * MIN - 1, 1, 1, 1, 9);
        inputs.add(new DryRun.Measured("parked", before, 1, 0));
        assertThat(DryRun.of(parked, START, inputs, START + 11 * MIN).state()).isEqualTo("leaving");
        Shown.At over = new Shown.At(START + 10 * MIN, START + 10 * MIN + 1, 1, 1, 10, 11);
        inputs.add(new DryRun.Measured("parked", over, 2, 1));
        assertThat(DryRun.of(parked, START, inputs, START + 11 * MIN).state()).isEqualTo("disputed");
    }
}
