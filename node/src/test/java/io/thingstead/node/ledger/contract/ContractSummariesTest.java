package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.DryRun;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.ledger.action.DemandReadings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Summaries that a contract on the ledger is shown and delivered: they count like the readings that they stand for.
class ContractSummariesTest extends ColdChainOnLedger {
    /// What the box measured in a minute, each second, summed up in a frame that is final at its end.
    private Summary minute(long first, double min, double max) {
        long time = ledger.ledger().position().blockTime() + 60_000;
        return new Summary("temperature", "Cel", min, max, time - 59_000, time, first, first + 59);
    }

    private void sumsUp(Summary summary) {
        box.sends(summary.measurements());
        ledger.blockAt(summary.toMs() - 1);
        box.anchor(summary.toMs());
    }

    private void sumsUpFor(int minutes, double min, double max) {
        for (int i = 0; i < minutes; i++) {
            sumsUp(minute(box.size() * 60L + 1, min, max));
        }
    }

    @Test
    void an_excursion_is_shown_by_summaries_as_by_the_readings_themselves_and_as_in_a_dry_run() {
        running();
        long start = record(1).standsAt().entered();
        sumsUpFor(2, 4.1, 8.0);
        List<DryRun.Input> inputs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Summary minute = minute(box.size() * 60L + 1, 8.06, 9.44);
            inputs.add(new DryRun.Measured(
                    "temperature",
                    new Shown.At(minute.fromMs(), minute.toMs(), 81, 94, minute.first(), minute.last()),
                    i + 1,
                    i));
            sumsUp(minute);
        }
        assertThat(show(1, "excursion", box.shown(0, 8)))
                .as("the second one fits in part")
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(1, "excursion", box.shown(2, 5))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").next()).isEqualTo(301);
        assertThat(show(1, "excursion", box.shown(5, 8))).isNull();
        Machine machine = new Machine(new Code(file.contract()), file.values());
        assertThat(DryRun.of(machine, start, inputs, start + 600_000).state())
                .isEqualTo(state())
                .isEqualTo("refused");
    }

    @Test
    void a_long_summary_lasted_since_the_frame_before_came_and_no_longer_by_a_fast_clock() {
        running();
        box.measuresFor(1, 5.0);
        long begin = ledger.ledger().position().blockTime() + 1_000;
        Summary summary = new Summary("temperature", "Cel", 8.1, 9, begin, begin + 280_000, 1, 281);
        sumsUp(summary);
        assertThat(show(1, "excursion", box.shown(1, 2))).as("too short").isNull();
        assertThat(state()).isEqualTo("travelling");
        assertThat(show(1, "excursion", box.shown(0, 2)))
                .as("too short as well")
                .isNull();
        Standing.Run run = record(1).standsAt().runs().get("excursion");
        assertThat(run.lasted()).isEqualTo(280_000);

        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        long now = ledger.ledger().position().blockTime();
        box.sends(new Summary("temperature", "Cel", 8.1, 9, now + 1_000, now + 600_000, 283, 882).measurements());
        box.anchor(now + 60_000);
        assertThat(show(1, "excursion", box.shown(2, 4))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("ten minutes by the device’s clock, one by the ledger’s")
                .isBetween(55_000L, 65_000L);

        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        now = ledger.ledger().position().blockTime();
        box.sends(new Summary("temperature", "Cel", 8.1, 9, now + 400_000, now + 700_000, 884, 890).measurements());
        box.anchor(now + 60_000);
        assertThat(show(1, "excursion", box.shown(4, 6))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("five minutes, and nearly seven between")
                .isEqualTo(60_000);

        box.measuresFor(1, 5.0);
        begin = ledger.ledger().position().blockTime() + 1_000;
        box.anotherSends(begin + 200_000);
        sumsUp(new Summary("temperature", "Cel", 8.1, 9, begin, begin + 300_000, 892, 1_192));
        assertThat(show(1, "excursion", box.shownAt(8))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").lasted())
                .as("others were anchored since, and nobody knows when it began")
                .isEqualTo(100_000);
        assertThat(state()).isEqualTo("travelling");
        assertThat(show(1, "excursion", box.shownAt(6, 8))).isNull();
        assertThat(state()).isEqualTo("refused");
    }

    @Test
    void summaries_that_prove_nothing_are_refused_with_a_code() {
        Summary early = minute(1, 9, 9);
        box.sends(early.measurements());
        running();
        long began = record(1).since();
        box.anchor(early.toMs());
        assertThat(early.toMs()).isGreaterThan(began);
        assertThat(show(1, "excursion", box.shown(0, 1))).isNull();
        assertThat(record(1).standsAt().runs().get("excursion").first())
                .as("what was measured before the contract began does not count")
                .isEqualTo(began);
        box.sends(new Summary("temperature", "Cel", 9, 9, began - 60_000, began - 1, 61, 120).measurements());
        box.anchor(ledger.time());
        assertThat(show(1, "excursion", box.shown(1, 2))).isEqualTo(Refusal.EVIDENCE_OLD);

        Summary good = minute(121, 9, 9);
        sumsUp(good);
        assertThat(show(1, "excursion", forged(box.shown(2, 3)))).isEqualTo(Refusal.EVIDENCE_FORGED);
        assertThat(show(1, "excursion", saidToBeOf(key("other"), box.shown(2, 3))))
                .isEqualTo(Refusal.EVIDENCE_FOREIGN);
        box.sends(good.measurements());
        box.anchor(ledger.time());
        assertThat(show(1, "excursion", box.shown(2, 4))).as("again").isEqualTo(Refusal.EVIDENCE_UNFIT);
        sumsUp(minute(180, 9, 9));
        assertThat(show(1, "excursion", box.shown(3, 5)))
                .as("one measurement twice")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        sumsUp(minute(241, 9, 9));
        assertThat(show(1, "excursion", box.shown(4, 6)))
                .as("one measurement is missing")
                .isEqualTo(Refusal.EVIDENCE_GAP);
        box.measures("temperature", "Cel", 9);
        box.anchor(ledger.time());
        sumsUp(minute(302, 9, 9));
        assertThat(show(1, "excursion", box.shown(5, 8)))
                .as("a reading is the measurement between")
                .isNull();

        Summary next = minute(362, 9, 9);
        for (List<Measurement> wrong : List.of(
                new Summary("temperature", "K", 282, 283, next.fromMs(), next.toMs(), 362, 421).measurements(),
                new Summary("temperature", "Cel", 9, 1e18, next.fromMs(), next.toMs(), 362, 421).measurements(),
                next.measurements().subList(0, 3),
                List.of(
                        Measurement.of("temperature/min", "Cel", 9.5, next.fromMs()),
                        Measurement.of("temperature/max", "Cel", 9, next.toMs()),
                        Measurement.of("temperature/first", null, 362, next.fromMs()),
                        Measurement.of("temperature/last", null, 421, next.toMs())))) {
            box.sends(wrong);
            box.anchor(ledger.time());
            assertThat(show(1, "excursion", box.shown(box.size() - 1, box.size())))
                    .isEqualTo(Refusal.EVIDENCE_UNFIT);
        }
        assertThat(state()).isEqualTo("travelling");
    }

    @Test
    void a_demand_is_answered_by_summaries_that_hide_nothing() {
        running();
        sumsUpFor(4, 4, 5);
        sumsUpFor(1, 4, 9);
        long to = ledger.ledger().position().blockTime();
        assertThat(ledger.refusal(node(2), new DemandReadings(1, "pharmacy", "temperature", to - 200_000, to)))
                .isNull();
        assertThat(show(0, null, box.shown(0, 5)))
                .as("whether it was too warm the last one does not say")
                .isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(0, null, box.shown(0, 3))).isNull();
        assertThat(record(1).standsAt().demand().next()).isEqualTo(181);

        assertThat(show(0, null, box.shown(3, 5))).isEqualTo(Refusal.EVIDENCE_UNFIT);
        assertThat(show(0, null, box.shown(3, 4))).isNull();
        box.measures("temperature", "Cel", 5);
        box.anchor(ledger.time());
        assertThat(show(0, null, box.shown(5, 6))).as("a frame is left out").isEqualTo(Refusal.EVIDENCE_GAP);
        assertThat(record(1).standsAt().demand()).isNotNull();
        assertThat(ledger.refusal(node(3), new DemandReadings(1, "insurer", "temperature", to, to)))
                .as("one at a time")
                .isEqualTo(Refusal.CONTRACT_WAY);
    }
}
