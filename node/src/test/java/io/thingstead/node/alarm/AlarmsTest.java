package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Alarms of a real member's log, with a clock that the test moves.
class AlarmsTest {
    private static final long S = 1_000;
    private static final long MIN = 60_000;

    @TempDir
    Path folder;

    private JudgedLog log;

    @BeforeEach
    void open() {
        log = new JudgedLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void temperature(long atMs, double value) {
        log.send("box-1", atMs, Measurement.of("temperature", "Cel", value, atMs));
    }

    private Alarm only() {
        assertThat(log.all()).hasSize(1);
        return log.all().getFirst();
    }

    @Test
    void a_limit_for_a_while_with_its_way_back() {
        log.rule("""
                name = "Too warm"
                quantity = "temperature"
                unit = "Cel"
                above = 8
                for = "1m"
                clear = 7
                clear_after = "30s"
                """);
        long t = log.nowMs();
        temperature(t, 9);
        temperature(t + 59 * S, 9.5);
        assertThat(log.all()).isEmpty();
        temperature(t + 61 * S, 12);
        assertThat(only().isRaised()).isTrue();
        assertThat(only().beganMs()).isEqualTo(t);
        assertThat(only().raisedMs()).isEqualTo(t + 61 * S);
        assertThat(only().value()).isEqualTo(12);
        assertThat(only().unit()).isEqualTo("Cel");
        assertThat(only().name()).isEqualTo("Too warm");
        assertThat(only().place().n()).isEqualTo(3);
        temperature(t + 70 * S, 14);
        temperature(t + 80 * S, 6.5);
        temperature(t + 100 * S, 7.5);
        temperature(t + 110 * S, 6.5);
        temperature(t + 139 * S, 6.5);
        assertThat(only().isRaised()).isTrue();
        assertThat(log.open().getFirst().worst()).isEqualTo(14);
        temperature(t + 140 * S, 6.5);
        assertThat(only().state()).isEqualTo("cleared");
        assertThat(only().cleared().atMs()).isEqualTo(t + 140 * S);
        assertThat(only().worst()).isEqualTo(14);
    }

    @Test
    void readings_in_another_unit_are_not_judged_and_counted() {
        Rule rule = log.rule("quantity = \"temperature\"\nunit = \"Cel\"\nabove = 8");
        log.send("box-1", Measurement.of("temperature", "degF", 70, log.nowMs()));
        assertThat(log.all()).isEmpty();
        assertThat(log.alarms().watched(rule)).isEqualTo(new Alarms.Watched(1, 1));
    }

    @Test
    void a_flag_holds_until_the_next_one() {
        log.rule("quantity = \"door\"\nis = true\nfor = \"2m\"");
        long t = log.nowMs();
        log.send("box-1", t, new Measurement("door", null, new Value.Flag(true), t));
        log.at(t + 119 * S);
        assertThat(log.all()).isEmpty();
        log.at(t + 122 * S);
        assertThat(only().raisedMs()).isEqualTo(t + 2 * MIN);
        assertThat(only().place().n()).isEqualTo(1);
        log.send("box-1", t + 3 * MIN, new Measurement("door", null, new Value.Flag(false), t + 3 * MIN));
        assertThat(only().isRaised()).isFalse();
    }

    @Test
    void a_rule_that_begins_judges_what_still_holds() {
        long t = log.nowMs();
        log.send("box-1", t, new Measurement("door", null, new Value.Flag(true), t));
        log.awaitLive();
        log.at(t + 24 * 60 * MIN);
        log.rule("quantity = \"door\"\nis = true");
        assertThat(only().beganMs()).isEqualTo(t);
    }

    @Test
    void silence_is_raised_by_the_clock_and_cleared_by_the_next_reading() {
        log.rule("silent = \"5m\"\ndevices = [\"box-*\"]");
        long t = log.nowMs();
        temperature(t, 1);
        log.at(t + 5 * MIN);
        assertThat(log.all()).isEmpty();
        log.at(t + 5 * MIN + 2 * S);
        assertThat(only().raisedMs()).isEqualTo(t + 5 * MIN);
        temperature(t + 9 * MIN, 1);
        assertThat(only().cleared().atMs()).isEqualTo(t + 9 * MIN);
    }

    @Test
    void a_device_that_is_named_and_never_said_anything_is_silent() {
        log.rule("silent = \"5m\"\ndevices = [\"box-1\"]");
        long t = log.nowMs();
        log.at(t + 6 * MIN);
        assertThat(only().raisedMs()).isEqualTo(t + 5 * MIN);
        assertThat(only().device()).isEqualTo(log.id("box-1").value());
    }

    @Test
    void the_time_in_which_the_node_did_not_run_is_no_silence() {
        log.rule("silent = \"5m\"");
        long t = log.nowMs();
        temperature(t, 1);
        log.restart(t + 60 * MIN);
        log.at(t + 64 * MIN);
        assertThat(log.all()).isEmpty();
        log.at(t + 65 * MIN + 2 * S);
        assertThat(only().raisedMs()).isEqualTo(t + 65 * MIN);
    }

    @Test
    void a_position_outside_a_circle_until_it_is_well_inside_again() {
        log.rule("area = { lat = 47, lon = 8, radius_m = 1000 }\nclear_margin_m = 100");
        double metre = 1 / (Math.toRadians(1) * Area.EARTH_METRES);
        long t = log.nowMs();
        for (double north : new double[] {0, 990, 1_010, 950, 890}) {
            t += S;
            log.send("box-1", t, Measurement.of("y", "lat", 47 + north * metre, t), Measurement.of("x", "lon", 8, t));
            boolean isRaised = !log.open().isEmpty();
            assertThat(isRaised).as("%s m", north).isEqualTo(north == 1_010 || north == 950);
        }
        assertThat(only().value()).isBetween(9.9, 10.1);
        assertThat(only().unit()).isEqualTo("m");
    }

    @Test
    void a_jolt_and_a_change_within_a_time() {
        log.rule("peak", "quantity = \"a\"\npeak = 30");
        log.rule("change", "quantity = \"p\"\nchange = 5\nwithin = \"10s\"\nclear_after = \"20s\"");
        long t = log.nowMs();
        log.send(
                "box-1",
                t,
                Measurement.of("a", "m/s2", 9.8, t - 2),
                Measurement.of("a", "m/s2", -31, t - 1),
                Measurement.of("a", "m/s2", 3, t));
        assertThat(log.open()).extracting(Alarm::rule, Alarm::value).containsExactly(tuple("peak", -31.0));
        for (int i = 0; i <= 6; i++) log.send("box-1", t + 2 * i * S, Measurement.of("p", "bar", i, t + 2 * i * S));
        // over 10 s it went from 1 to 6, before that never as far
        assertThat(log.open())
                .filteredOn(alarm -> alarm.rule().equals("change"))
                .singleElement()
                .satisfies(alarm -> {
                    assertThat(alarm.raisedMs()).isEqualTo(t + 10 * S);
                    assertThat(alarm.value()).isEqualTo(5);
                });
        // Its being over lasts, without any reading.
        log.at(t + 31 * S);
        assertThat(log.open()).hasSize(2);
        log.at(t + 34 * S);
        assertThat(log.open()).extracting(Alarm::rule).containsExactly("peak");
        log.at(t + 62 * S);
        assertThat(log.open()).isEmpty();
    }

    @Test
    void an_alarm_is_acknowledged_once_with_a_note_and_stays_so_when_it_is_over() {
        log.rule("quantity = \"temperature\"\nabove = 8");
        temperature(log.nowMs(), 9);
        long number = only().number();
        log.alarms().acknowledge(number, "Ada", "the door was open").orThrow();
        assertThat(only().state()).isEqualTo("acknowledged");
        assertThat(log.alarms().acknowledge(number, "Bob", null)).isInstanceOf(Result.No.class);
        assertThat(log.alarms().acknowledge(number + 1, "Bob", null).toString()).contains("alarm.unknown");
        assertThat(log.alarms().acknowledge(number, " ", null).toString()).contains("alarm.malformed");
        temperature(log.nowMs() + S, 7);
        log.restart(log.nowMs() + MIN);
        assertThat(only().state()).isEqualTo("cleared");
        assertThat(only().acknowledged().by()).isEqualTo("Ada");
        assertThat(only().acknowledged().note()).isEqualTo("the door was open");
    }

    @Test
    void a_restart_neither_raises_again_nor_forgets_what_was_about_to_be_raised() {
        log.rule("now", "quantity = \"temperature\"\nabove = 8");
        log.rule("later", "quantity = \"temperature\"\nabove = 8\nfor = \"1m\"");
        long t = log.nowMs();
        temperature(t, 9);
        for (int i = 1; i <= 3; i++) log.restart(t + i * S);
        assertThat(log.all()).extracting(Alarm::rule).containsExactly("now");
        temperature(t + MIN, 9);
        assertThat(log.open()).extracting(Alarm::rule).containsExactly("later", "now");
        log.restart(t + 2 * MIN);
        temperature(t + 2 * MIN, 5);
        assertThat(log.all()).hasSize(2).noneMatch(Alarm::isRaised);
    }

    @Test
    void a_change_is_found_over_a_restart_without_a_proper_end() {
        log.rule("quantity = \"p\"\nchange = 5\nwithin = \"10s\"");
        long t = log.nowMs();
        log.send("box-1", t, Measurement.of("p", "bar", 1, t));
        log.at(t + 6 * S);
        log.crash(t + 7 * S);
        log.send("box-1", t + 8 * S, Measurement.of("p", "bar", 6, t + 8 * S));
        assertThat(only().value()).isEqualTo(5);
    }

    @Test
    void what_came_while_the_node_was_down_or_alarms_lagged_is_judged_once_it_is_up() {
        log.rule("quantity = \"temperature\"\nabove = 8");
        long t = log.nowMs();
        temperature(t, 1);
        log.pause();
        temperature(t + S, 9);
        temperature(t + 2 * S, 1);
        assertThat(log.all()).isEmpty();
        log.crash(t + MIN);
        assertThat(only().raisedMs()).isEqualTo(t + S);
        assertThat(only().cleared().atMs()).isEqualTo(t + 2 * S);
    }

    @Test
    void a_changed_rule_ends_its_alarms_and_one_that_only_is_called_otherwise_does_not() {
        Rule rule = log.rule("quantity = \"temperature\"\nabove = 8");
        temperature(log.nowMs(), 9);
        log.rules()
                .change(
                        rule.id(),
                        RuleReaderTest.rule("name = \"Warm\"\nquantity = \"temperature\"\nabove = 8")
                                .text())
                .orThrow();
        assertThat(only().isRaised()).isTrue();
        log.rules()
                .change(
                        rule.id(),
                        RuleReaderTest.rule("quantity = \"temperature\"\nabove = 20")
                                .text())
                .orThrow();
        assertThat(only().cleared().why()).isEqualTo(Alarm.Why.RULE);
        temperature(log.nowMs() + S, 9);
        assertThat(log.open()).isEmpty();
        temperature(log.nowMs() + S, 21);
        assertThat(log.open()).hasSize(1);
        log.rules().change(rule.id(), rule.text().switched(false)).orThrow();
        assertThat(log.open()).isEmpty();
        temperature(log.nowMs() + S, 30);
        assertThat(log.open()).isEmpty();
        log.restart(log.nowMs() + S);
        assertThat(log.rules().all())
                .singleElement()
                .satisfies(known -> assertThat(known.isOn()).isFalse());
    }

    @Test
    void a_deleted_rule_comes_back_as_it_was_also_after_a_restart() {
        Rule rule = log.rule("name = \"Too warm!\"\nquantity = \"temperature\"\nabove = 8");
        assertThat(rule.id()).isEqualTo("too-warm");
        log.rules().delete(rule.id()).orThrow();
        log.restart(log.nowMs() + S);
        assertThat(log.rules().all()).isEmpty();
        assertThat(log.rules().deleted()).extracting(Rule::id).containsExactly("too-warm");
        log.rules().restore("too-warm").orThrow();
        assertThat(log.rules().all()).extracting(Rule::name).containsExactly("Too warm!");
        assertThat(log.rules().deleted()).isEmpty();
        temperature(log.nowMs(), 9);
        assertThat(log.open()).hasSize(1);
        assertThat(refusal(log.rules().restore("too-warm"))).isEqualTo(Refusal.ALARM_UNKNOWN);
    }

    private static Refusal refusal(Result<?> result) {
        return switch (result) {
            case Result.No<?>(Refused refused) -> refused.code();
            case Result.Ok<?> ok -> throw new AssertionError(ok);
        };
    }

    @Test
    void the_file_is_followed_while_it_can_be_read_and_its_rules_stay_when_it_cannot() throws Exception {
        log.file("[rule.warm]\nquantity = \"temperature\"\nabove = 8\n");
        assertThat(log.rules().all()).extracting(Rule::id, Rule::origin).containsExactly(tuple("warm", Origin.FILE));
        temperature(log.nowMs(), 9);
        log.file("[rule.warm]\nquantity = \"temperature\"\nabove = 8\nclaer = 7\n");
        assertThat(log.fileProblem()).isEqualTo("line 4, rule.warm: unknown key \"claer\"");
        log.restart(log.nowMs() + S);
        assertThat(log.fileProblem()).contains("claer");
        assertThat(log.open()).hasSize(1);
        assertThat(refusal(log.rules().delete("warm"))).isEqualTo(Refusal.ALARM_DECLARED);
        log.file("[rule.warm]\nquantity = \"temperature\"\nabove = 8\n[rule.lost]\nsilent = \"5m\"\n");
        assertThat(log.fileProblem()).isNull();
        assertThat(log.rules().all()).extracting(Rule::id).containsExactly("lost", "warm");
        assertThat(log.open()).hasSize(1);
        log.noFile();
        assertThat(log.fileProblem()).contains("it is gone");
        assertThat(log.rules().all()).hasSize(2);
        log.file("");
        assertThat(log.rules().all()).isEmpty();
        assertThat(log.open()).isEmpty();
        log.rule("page", "silent = \"5m\"");
        log.file("[rule.page]\nsilent = \"6m\"\n");
        assertThat(log.fileProblem()).contains("made on a page");
    }

    @Test
    void a_reading_from_a_clock_that_runs_ahead_is_taken_as_of_its_receipt() {
        log.rule("quantity = \"temperature\"\nabove = 8");
        long t = log.nowMs();
        log.send("box-1", t, Measurement.of("temperature", "Cel", 1, t + 365L * 24 * 60 * MIN));
        temperature(t + S, 9);
        assertThat(only().raisedMs()).isEqualTo(t + S);
    }

    @Test
    void alarms_are_listed_newest_first_by_state_device_and_rule_page_by_page() {
        log.rule("t", "quantity = \"temperature\"\nabove = 8");
        long t = log.nowMs();
        for (int i = 0; i < 5; i++) {
            temperature(t + 2 * i * S, 9);
            if (i < 4) temperature(t + (2 * i + 1) * S, 7);
        }
        var first = log.alarms().list(null, null, "t", Long.MAX_VALUE, 2);
        assertThat(first.alarms()).extracting(Alarm::number).containsExactly(5L, 4L);
        var second = log.alarms().list(null, null, "t", first.next(), 10);
        assertThat(second.alarms()).extracting(Alarm::number).containsExactly(3L, 2L, 1L);
        assertThat(second.next()).isNull();
        assertThat(log.alarms()
                        .list("raised", log.id("box-1").value(), null, Long.MAX_VALUE, 10)
                        .alarms())
                .extracting(Alarm::number)
                .containsExactly(5L);
        assertThat(log.alarms().list("cleared", null, null, Long.MAX_VALUE, 10).alarms())
                .hasSize(4);
        assertThat(log.alarms()
                        .list(null, "acme:other", null, Long.MAX_VALUE, 10)
                        .alarms())
                .isEmpty();
        assertThat(List.of(log.alarms()
                        .list(null, null, "no-rule", Long.MAX_VALUE, 10)
                        .alarms()))
                .containsExactly(List.of());
    }

    @Test
    void a_device_that_is_removed_is_watched_no_more_also_when_the_node_ended_in_between() {
        for (boolean isTold : new boolean[] {true, false}) {
            String name = isTold ? "told" : "found";
            Rule silence = log.rule("Silence of " + name, "silent = \"1m\"");
            Rule hot = log.rule("Heat of " + name, "quantity = \"temperature\"\nabove = 8");
            long t = log.nowMs() + MIN;
            log.send(name, t, Measurement.of("temperature", "Cel", 9, t));
            assertThat(log.open()).extracting(Alarm::rule).containsExactly(hot.id());
            log.remove(name, isTold);
            if (!isTold) log.crash(t + S);
            log.at(t + 10 * MIN);
            assertThat(log.open()).isEmpty();
            assertThat(log.all().getFirst().cleared())
                    .isNotNull()
                    .extracting(Alarm.Cleared::why)
                    .isEqualTo(Alarm.Why.DEVICE);
            log.send(name, t + 11 * MIN, Measurement.of("temperature", "Cel", 9, t + 11 * MIN));
            log.crash(t + 20 * MIN);
            log.at(t + 30 * MIN);
            log.rule("Heat anew of " + name, "quantity = \"temperature\"\nabove = 7");
            assertThat(log.open()).isEmpty();
            for (Rule rule : log.rules().all()) log.rules().delete(rule.id());
        }
    }
}
