package io.thingstead.node.view.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveStateTest {
    private static final long T = 1_790_000_000_000L;
    private static final DeviceId BOX = DeviceId.of("home:box");

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(T);
    private MemberCore core;
    private LiveState live;

    @BeforeEach
    void open() {
        core = MemberCore.open(folder, NodeConfig.DEFAULT, System::currentTimeMillis, e -> {
            throw new IllegalStateException(e);
        });
        live = new LiveState(core.log().reader(), now::get);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private static Reading number(String name, String unit, double value, long timeMs) {
        return new Reading(name, unit, new Value.Number(value), timeMs, false);
    }

    private void take(long receivedMs, Reading... readings) {
        long index = live.next();
        live.take(
                List.of(new LoggedFrame(
                        index, BOX, index + 1, TrustLevel.DEVICE_SIGNED, receivedMs, List.of(readings))),
                index + 1);
    }

    private DeviceView box() {
        return live.device(BOX).orElseThrow();
    }

    private double value(String name) {
        return box().latest().stream()
                .filter(reading -> reading.reading().name().equals(name))
                .map(reading -> ((Value.Number) reading.reading().value()).value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_newest_reading_of_each_quantity_is_shown_with_its_place() {
        take(T, number("a", "Cel", 1, T), number("b", null, 2, T));
        take(T + 1000, number("a", "Cel", 3, T + 900));
        assertThat(value("a")).isEqualTo(3);
        assertThat(value("b")).isEqualTo(2);
        assertThat(box().latest()).extracting(LiveReading::index).containsExactly(1L, 0L);
        assertThat(box().receivedMs()).isEqualTo(T + 1000);
        assertThat(box().n()).isEqualTo(2);
        assertThat(live.readings()).isEqualTo(3);
    }

    @Test
    void a_late_frame_that_closes_a_gap_does_not_replace_newer_news() {
        take(T, number("a", null, 5, T));
        take(T + 10, number("a", null, 1, T - 60_000));
        assertThat(value("a")).isEqualTo(5);
        assertThat(live.readings()).isEqualTo(2);
    }

    @Test
    void a_clock_that_ran_ahead_does_not_freeze_the_device_for_ever() {
        take(T, number("a", null, 1, T + 3_600_000));
        take(T + 10, number("a", null, 2, T + 10));
        assertThat(value("a")).isEqualTo(2);
    }

    @Test
    void of_a_burst_the_latest_time_counts_whatever_its_order() {
        take(T, number("a", null, 1, T - 1), number("a", null, 2, T), number("a", null, 3, T - 2));
        assertThat(value("a")).isEqualTo(2);
        assertThat(live.recent(10)).hasSize(1);
        assertThat(live.readings()).isEqualTo(3);
    }

    @Test
    void readings_in_the_units_lat_and_lon_say_where_it_is_and_impossible_ones_do_not() {
        take(T, number("gps:lat", "lat", 51.5, T), number("gps:lon", "lon", -0.12, T));
        assertThat(box().position()).contains(new Position(51.5, -0.12));
        take(T + 1, number("gps:lat", "lat", 151.5, T + 1));
        assertThat(box().position()).isEmpty();
    }

    @Test
    void a_device_that_invents_names_keeps_its_newest_64() {
        for (int i = 0; i < 100; i++) take(T + i, number("q" + i, null, i, T));
        assertThat(box().latest()).hasSize(64);
        assertThat(value("q99")).isEqualTo(99);
    }

    @Test
    void readings_per_second_are_those_of_whole_seconds_that_are_over() {
        for (int i = 0; i < 50; i++) take(T, number("a", null, i, T + i));
        assertThat(live.readingsPerSecond(5)).isZero();
        now.addAndGet(1000);
        assertThat(live.readingsPerSecond(5)).isEqualTo(10);
        now.addAndGet(5000);
        assertThat(live.readingsPerSecond(5)).isZero();
        now.addAndGet(3_600_000);
        assertThat(live.readingsPerSecond(60)).isZero();
    }

    @Test
    void the_last_minute_of_a_device_passes() {
        take(T, number("a", null, 1, T), number("b", null, 1, T));
        assertThat(box().lastMinute()).isEqualTo(2);
        now.set(T + 70_000);
        take(T + 70_000, number("a", null, 2, T + 70_000));
        assertThat(box().lastMinute()).isEqualTo(1);
    }

    private Presence after(long silenceMs) {
        return box().presence(box().receivedMs() + silenceMs);
    }

    @Test
    void a_device_is_late_and_silent_by_how_often_it_speaks() {
        take(T, number("a", null, 1, T));
        assertThat(after(170_000)).isEqualTo(Presence.LIVE);
        assertThat(after(190_000)).isEqualTo(Presence.LATE);
        assertThat(after(610_000)).isEqualTo(Presence.SILENT);
        for (int i = 1; i <= 30; i++) take(T + i * 100, number("a", null, i, T + i * 100));
        assertThat(after(11_000)).isEqualTo(Presence.LIVE);
        assertThat(after(13_000)).isEqualTo(Presence.LATE);
        assertThat(after(61_000)).isEqualTo(Presence.SILENT);
    }

    @Test
    void a_device_that_speaks_every_quarter_of_an_hour_is_not_silent_between_and_one_long_silence_changes_nothing() {
        long quarter = 900_000;
        for (int i = 0; i < 4; i++) {
            take(T + i * quarter, number("a", null, i, T));
            // the same time, in three frames
            take(T + i * quarter + 50, number("b", null, i, T));
            take(T + i * quarter + 90, number("c", null, i, T));
        }
        assertThat(after(quarter)).isEqualTo(Presence.LIVE);
        assertThat(after(4 * quarter)).isEqualTo(Presence.LATE);
        take(T + 400 * quarter, number("a", null, 9, T + 400 * quarter));
        assertThat(after(4 * quarter)).isEqualTo(Presence.LATE);
        assertThat(after(11 * quarter)).isEqualTo(Presence.SILENT);
    }

    @Test
    void the_finality_lag_is_the_longest_wait_and_grows_while_an_anchor_is_late() {
        assertThat(live.finalityLagMs()).isEqualTo(-1);
        take(T, number("a", null, 1, T));
        take(T + 500, number("a", null, 2, T + 500));
        now.set(T + 900);
        assertThat(live.finalityLagMs()).isEqualTo(900);
        live.anchored(2);
        assertThat(live.finalityLagMs()).isEqualTo(900);
        assertThat(live.anchored()).isEqualTo(2);
        take(T + 1000, number("a", null, 3, T + 1000));
        now.set(T + 31_000);
        assertThat(live.finalityLagMs()).isEqualTo(30_000);
        live.anchored(1);
        assertThat(live.anchored()).as("an older anchor").isEqualTo(2);
    }

    @Test
    void recent_readings_come_newest_first_and_from_a_serial_on() {
        for (int i = 0; i < 300; i++) take(T + i, number("a", null, i, T + i));
        assertThat(live.recent(3)).extracting(RecentReading::serial).containsExactly(299L, 298L, 297L);
        assertThat(live.recent(1000)).hasSize(256);
        assertThat(live.recent(10, 298)).hasSize(2);
    }

    @Test
    void each_change_gives_the_device_a_higher_revision() {
        take(T, number("a", null, 1, T));
        long before = box().revision();
        take(T + 1, number("a", null, 1, T + 1));
        assertThat(box().revision()).isGreaterThan(before).isEqualTo(live.revision());
    }

    /// What a process remembers of before it ended is what it knew then.
    @Test
    void restored_from_its_latest_readings_it_shows_what_it_showed() throws Exception {
        var follower = new LogFollower("live", core.log().reader(), live, Duration.ofMillis(1), e -> {});
        core.log().listen(follower);
        core.start();
        var device = SigningDevice.registered(core, "box");
        var kept = new ArrayList<LoggedReading>();
        for (int i = 0; i < 20; i++) {
            if (i == 10) device.skip(3);
            long index = device.send(T + i, Measurement.of("q" + i % 3, "W", i, T + i));
            kept.add(new LoggedReading(device.id, index, TrustLevel.DEVICE_SIGNED, number("q" + i % 3, "W", i, T + i)));
        }
        follower.start();
        while (follower.behind() > 0) Thread.sleep(2);
        follower.close();
        var latest = kept.reversed().subList(0, 3);
        var restored = LiveState.restored(core.log().reader(), 20, 20, latest, now::get);
        assertThat(restored.next()).isEqualTo(20);
        assertThat(restored.readings()).isEqualTo(20);
        var before = box();
        var after = restored.device(BOX).orElseThrow();
        assertThat(after.latest()).isEqualTo(before.latest());
        assertThat(after.receivedMs()).isEqualTo(before.receivedMs());
        assertThat(after.n()).isEqualTo(before.n()).isEqualTo(23);
        assertThat(after.missing()).isEqualTo(before.missing()).isEqualTo(3);
    }
}
