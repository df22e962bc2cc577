package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.series.DuckSeries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules tried on what was measured before, and what came late, over a real log and series.
class RehearsalTest {
    private static final long S = 1_000;
    private static final long MIN = 60_000;

    @TempDir
    Path folder;

    private JudgedLog log;
    private DuckSeries series;
    private long t;

    @BeforeEach
    void open() {
        log = new JudgedLog(folder);
        var reader = log.core().log().reader();
        series = DuckSeries.open(folder.resolve("series"), reader.origin(), 0, notice -> {
            throw new AssertionError(notice);
        });
        t = log.nowMs();
    }

    @AfterEach
    void close() {
        series.close();
        log.close();
    }

    private void temperature(long measuredMs, long receivedMs, double value) {
        log.send("box-1", receivedMs, Measurement.of("temperature", "Cel", value, measuredMs));
    }

    private void catchUp() {
        var leaves = log.core().log().reader().leaves(series.next(), 1_000_000);
        series.take(leaves.stream().map(LoggedFrame::of).toList(), series.next() + leaves.size());
    }

    private Rehearsal rehearse(Rule rule, long fromMs, long toMs) {
        catchUp();
        var rehearsal = new Rehearsal(series, log.core().log().reader());
        rehearsal.run(rule, log.id("box-1"), fromMs, toMs);
        assertThat(rehearsal.isComplete()).isTrue();
        return rehearsal;
    }

    @Test
    void a_rule_is_tried_over_a_time_of_the_past_without_raising_anything() {
        for (int i = 0; i < 60; i++) temperature(t + i * S, t + i * S, i % 20 == 10 ? 9 : 5);
        Rule rule = RuleReaderTest.rule("quantity = \"temperature\"\nunit = \"Cel\"\nabove = 8");
        var all = rehearse(rule, t, t + MIN);
        assertThat(all.readings()).isEqualTo(60);
        assertThat(all.episodes())
                .extracting(Episode::raisedMs, Episode::clearedMs, Episode::value, Episode::unit, Episode::index)
                .containsExactly(
                        tuple(t + 10 * S, t + 11 * S, 9.0, "Cel", 10L),
                        tuple(t + 30 * S, t + 31 * S, 9.0, "Cel", 30L),
                        tuple(t + 50 * S, t + 51 * S, 9.0, "Cel", 50L));
        assertThat(rehearse(rule, t + 20 * S, t + 31 * S).episodes())
                .extracting(Episode::raisedMs, Episode::clearedMs)
                .containsExactly(tuple(t + 30 * S, null));
        assertThat(log.all()).isEmpty();
        assertThat(log.rules().all()).isEmpty();
    }

    @Test
    void silence_is_tried_on_the_times_of_receipt() {
        temperature(t, t, 1);
        // measured every minute, and sent at once
        for (int i = 1; i <= 10; i++) temperature(t + i * MIN, t + 10 * MIN, 1);
        Rule rule = RuleReaderTest.rule("silent = \"5m\"");
        assertThat(rehearse(rule, t, t + 12 * MIN).episodes())
                .extracting(Episode::raisedMs, Episode::clearedMs)
                .containsExactly(tuple(t + 5 * MIN, t + 10 * MIN));
    }

    /// Whatever is measured, and whatever is looked for: what the past shows is what was raised when it came.
    @Test
    void the_past_shows_what_was_raised_when_it_came() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RehearsalTest seed " + seed);
        var random = new Random(seed);
        List<Rule> rules = new ArrayList<>();
        for (String body : List.of(
                "quantity = \"a\"\nabove = 2\nclear = 1",
                "quantity = \"a\"\noutside = [-2, 2]\nfor = \"3s\"\nclear = [-1, 1]\nclear_after = \"2s\"",
                "quantity = \"a\"\nchange = 4\nwithin = \"2s\"\nclear_after = \"3s\"",
                "quantity = \"a\"\npeak = 3\nclear_after = \"4s\"",
                "quantity = \"door\"\nis = true\nfor = \"3s\"\nclear_after = \"1s\"",
                "area = { lat = 0, lon = 0, radius_m = 100000 }\nclear_margin_m = 20000\nfor = \"2s\""))
            rules.add(log.rule(body));
        long at = t;
        for (int i = 0; i < 400; i++) {
            at += random.nextInt(3_000);
            switch (random.nextInt(3)) {
                case 0 -> log.log("box-1", at, Measurement.of("a", "V", 5 * random.nextGaussian() / 2, at));
                case 1 -> log.log("box-1", at, new Measurement("door", null, new Value.Flag(random.nextBoolean()), at));
                default ->
                    log.log(
                            "box-1",
                            at,
                            Measurement.of("lat", "lat", random.nextGaussian(), at),
                            Measurement.of("lon", "lon", random.nextGaussian() / 10, at));
            }
            if (random.nextInt(10) == 0) log.catchUp();
        }
        log.catchUp();
        log.at(at + 1 * S);
        for (Rule rule : rules) {
            var live = log.all().stream()
                    .filter(alarm -> alarm.rule().equals(rule.id()))
                    .map(alarm -> tuple(
                            alarm.beganMs(),
                            alarm.raisedMs(),
                            alarm.cleared() == null ? null : alarm.cleared().atMs(),
                            alarm.value(),
                            alarm.worst()))
                    .toList()
                    .reversed();
            assertThat(live).as(rule.inWords()).isNotEmpty();
            assertThat(rehearse(rule, t, at + 1).episodes())
                    .as(rule.inWords())
                    .extracting(Episode::beganMs, Episode::raisedMs, Episode::clearedMs, Episode::value, Episode::worst)
                    .containsExactlyElementsOf(live);
        }
    }

    @Test
    void what_a_device_buffered_is_looked_at_again_when_it_is_all_there_and_its_alarms_are_entered_as_late() {
        log.rule("quantity = \"temperature\"\nabove = 8\nfor = \"20s\"");
        temperature(t, t, 5);
        long back = t + 10 * MIN;
        temperature(back, back, 5);
        // the newest first, as a device does that wants to be seen
        for (int i = 59; i > 0; i--) temperature(t + i * 10 * S, back + S, i >= 30 && i < 40 ? 12 : 5);
        assertThat(log.all()).isEmpty();
        var late = new LateReadings(log.alarms(), series, log.core().log().reader());
        log.at(back + 62 * S);
        late.look();
        assertThat(log.all()).as("the series do not have them yet").isEmpty();
        catchUp();
        log.at(back + 59 * S);
        late.look();
        assertThat(log.all()).as("more may come").isEmpty();
        log.restart(back + 62 * S);
        late = new LateReadings(log.alarms(), series, log.core().log().reader());
        late.look();
        assertThat(log.all()).singleElement().satisfies(alarm -> {
            assertThat(alarm.late()).isTrue();
            assertThat(alarm.beganMs()).isEqualTo(t + 300 * S);
            assertThat(alarm.raisedMs()).isEqualTo(t + 320 * S);
            assertThat(alarm.cleared().atMs()).isEqualTo(t + 400 * S);
            assertThat(alarm.value()).isEqualTo(12);
            assertThat(alarm.place().n()).isEqualTo(30);
        });
        late.look();
        log.restart(log.nowMs() + S);
        new LateReadings(log.alarms(), series, log.core().log().reader()).look();
        assertThat(log.all()).hasSize(1);
        assertThat(log.alarms().figures().late()).isZero();
    }

    @Test
    void what_was_raised_in_time_is_not_entered_again_as_late() {
        log.rule("quantity = \"temperature\"\nabove = 8");
        temperature(t, t, 9);
        temperature(t + 20 * S, t + 20 * S, 5);
        temperature(t + 10 * S, t + 21 * S, 9);
        catchUp();
        log.at(t + 2 * MIN);
        new LateReadings(log.alarms(), series, log.core().log().reader()).look();
        assertThat(log.all())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.late()).isFalse());
        assertThat(log.alarms().figures().late()).isZero();
    }
}
