package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.series.DuckSeries;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams that rules find unusual, over a real log and series.
class ScoringTest {
    private static final long S = 1_000;
    private static final String RULE = "quantity = \"t\"\nanomaly = 2.5";

    @TempDir
    Path folder;

    private final Random random = new Random(5);
    private JudgedLog log;
    private DuckSeries series;
    private Scoring scoring;
    private int sent;

    @BeforeEach
    void open() {
        log = new JudgedLog(folder);
        series = DuckSeries.open(
                folder.resolve("series"), log.core().log().reader().origin(), 0, notice -> {
                    throw new AssertionError(notice);
                });
        begin();
    }

    /// As a new process would.
    private void begin() {
        scoring = new Scoring(log.alarms(), log.core().log().reader(), log.live(), series);
    }

    @AfterEach
    void close() {
        series.close();
        log.close();
    }

    private void send(double value) {
        log.log("box-1", log.nowMs() + S, Measurement.of("t", "Cel", value, log.nowMs() + S));
    }

    private void wave(int count) {
        // many readings in a frame, as a device sends them that measures often
        for (int i = 0; i < count; i += 50) {
            var readings = new Measurement[50];
            for (int j = 0; j < 50; j++)
                readings[j] = Measurement.of(
                        "t",
                        "Cel",
                        20 + 5 * Math.sin(sent++ / 12.0) + 0.2 * random.nextGaussian(),
                        log.nowMs() + (j + 1) * S);
            log.log("box-1", log.nowMs() + 50 * S, readings);
        }
    }

    private void follow() {
        var reader = log.core().log().reader();
        var leaves = reader.leaves(series.next(), 100_000);
        series.take(leaves.stream().map(LoggedFrame::of).toList(), series.next() + leaves.size());
        log.catchUp();
        log.awaitLive();
        var news = reader.leaves(scoring.next(), 100_000);
        scoring.take(news.stream().map(LoggedFrame::of).toList(), scoring.next() + news.size());
    }

    @Test
    void what_never_was_raises_an_alarm_and_what_was_before_the_rule_does_not() {
        wave(1_000);
        send(60);
        wave(200);
        log.rule(RULE);
        follow();
        assertThat(scoring.streams()).isEqualTo(1);
        assertThat(log.all()).isEmpty();
        wave(100);
        follow();
        assertThat(log.all()).isEmpty();
        send(-40);
        follow();
        assertThat(log.open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.value()).isGreaterThan(2.5);
            assertThat(alarm.unit()).isEqualTo("times usual");
            assertThat(alarm.words()).isEqualTo("t 2.5 times as unusual as usual; over when at most 2 times");
            assertThat(alarm.place().n()).isEqualTo(log.core().log().reader().size());
        });
        wave(100);
        follow();
        assertThat(log.all())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.isRaised()).isFalse());
        var drawn = scoring.scores(log.id("box-1"), "t", 0, Long.MAX_VALUE).orElseThrow();
        assertThat(drawn.timeMs()).hasSize(1_402);
        assertThat(scoring.limits(log.id("box-1"), "t")).containsValue(2.5);
        assertThat(scoring.scores(log.id("box-1"), "other", 0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void a_restart_learns_again_raises_nothing_twice_and_misses_nothing() {
        log.rule(RULE);
        wave(1_000);
        follow();
        send(60);
        follow();
        assertThat(log.open()).hasSize(1);
        log.crash(log.nowMs());
        begin();
        wave(50);
        follow();
        assertThat(log.all())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.isRaised()).isFalse());
        // comes while nobody scores
        send(-40);
        wave(50);
        log.crash(log.nowMs());
        begin();
        wave(50);
        follow();
        assertThat(log.all()).hasSize(2);
        assertThat(log.all().getFirst().raisedMs()).isLessThan(log.nowMs() - 90 * S);
    }

    @Test
    void a_rule_is_tried_on_the_past_with_a_forest_that_learnt_what_was_before() {
        wave(1_000);
        send(60);
        wave(200);
        follow();
        var rehearsal = new Rehearsal(series, log.core().log().reader());
        long now = log.nowMs();
        rehearsal.run(RuleReaderTest.rule(RULE), log.id("box-1"), now - 300 * S, now + 1);
        assertThat(rehearsal.episodes()).singleElement().satisfies(episode -> {
            assertThat(episode.raisedMs()).isEqualTo(now - 200 * S);
            assertThat(episode.clearedMs()).isNotNull();
        });
        assertThat(rehearsal.readings()).isEqualTo(301);
        assertThat(log.all()).isEmpty();
    }

    @Test
    void a_rule_that_is_switched_off_frees_its_forests() {
        Rule rule = log.rule(RULE);
        wave(50);
        follow();
        assertThat(scoring.streams()).isEqualTo(1);
        log.rules().change(rule.id(), rule.text().switched(false)).orThrow();
        follow();
        send(1);
        follow();
        assertThat(scoring.streams()).isZero();
    }
}
