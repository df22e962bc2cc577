package io.thingstead.node.view.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.LoggedReading;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every series store must do.
abstract class SeriesStoreCompliance {
    static final DeviceId BOX = DeviceId.of("acme:box-1");
    static final DeviceId DOOR = DeviceId.of("acme:door");
    static final long T = 1_790_000_000_000L;

    @TempDir
    Path folder;

    SeriesStore store;

    abstract SeriesStore open(long logSize);

    @BeforeEach
    void openNew() {
        store = open(0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    void reopen(long logSize) {
        store.close();
        store = open(logSize);
    }

    static Reading number(String name, double value, long timeMs) {
        return new Reading(name, "Cel", new Value.Number(value), timeMs, false);
    }

    static LoggedFrame frame(long index, DeviceId device, Reading... readings) {
        return frameAt(index, T + 1000 * index, device, readings);
    }

    static LoggedFrame frameAt(long index, long receivedMs, DeviceId device, Reading... readings) {
        return new LoggedFrame(index, device, index + 1, TrustLevel.DEVICE_SIGNED, receivedMs, List.of(readings));
    }

    @Test
    void a_new_series_is_empty_and_wants_leaf_0() {
        assertThat(store.next()).isZero();
        assertThat(store.count()).isZero();
        assertThat(store.latest()).isEmpty();
        assertThat(store.recent(BOX, 10)).isEmpty();
        assertThat(store.range(BOX, "temperature", 0, T, 100)).isEmpty();
    }

    @Test
    void a_taken_batch_moves_readings_and_cursor_and_outlives_a_restart() {
        store.take(
                List.of(
                        frame(0, BOX, number("temperature", 4.5, T)),
                        frame(1, BOX, number("temperature", 5.5, T + 10))),
                2);
        for (int i = 0; i < 2; i++) {
            assertThat(store.next()).isEqualTo(2);
            assertThat(store.count()).isEqualTo(2);
            assertThat(store.range(BOX, "temperature", T, T + 100, 1))
                    .containsExactly(new Bucket(T + 5, 4.5, 5.5, 5.0, 2));
            reopen(2);
        }
    }

    private static Selection all(DeviceId... devices) {
        return new Selection(List.of(devices), Optional.empty(), 0, Long.MAX_VALUE);
    }

    private List<LoggedReading> selected(Selection selection) {
        var found = new ArrayList<LoggedReading>();
        store.each(selection, found::addAll);
        assertThat(store.count(selection)).isEqualTo(found.size());
        return found;
    }

    @Test
    void what_is_selected_comes_in_the_order_of_the_log_over_months() {
        long month = 31L * 24 * 3_600_000;
        store.take(
                List.of(
                        frameAt(0, T, BOX, number("temperature", 1, T), number("humidity", 2, T + 1)),
                        frameAt(1, T, DOOR, number("temperature", 3, T + 2)),
                        frameAt(2, T + month, BOX, number("temperature", 4, T + 3), number("temperature", 5, T - 5)),
                        frameAt(3, T + month, DOOR)),
                4);
        assertThat(selected(all()))
                .extracting(found -> ((Value.Number) found.reading().value()).value())
                .containsExactly(1.0, 2.0, 3.0, 5.0, 4.0);
        assertThat(selected(all(DOOR))).extracting(LoggedReading::index).containsExactly(1L);
        assertThat(selected(all(BOX, DOOR))).hasSize(5);
        assertThat(selected(all(DeviceId.of("acme:nobody")))).isEmpty();
        assertThat(selected(new Selection(List.of(BOX), Optional.of("temperature"), T, T + 3)))
                .extracting(LoggedReading::index)
                .containsExactly(0L);
        assertThat(selected(new Selection(List.of(), Optional.of("nothing"), 0, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(selected(new Selection(List.of(), Optional.empty(), T, T))).isEmpty();
    }

    /// So that whoever takes them may be slow, and needs little memory.
    @Test
    void many_readings_come_in_parts_and_each_once() {
        var frames = new ArrayList<LoggedFrame>();
        long count = 0;
        for (int i = 0; i < 300; i++) {
            var readings = new Reading[i == 150 ? 25_000 : i < 150 ? 1 : 400];
            for (int r = 0; r < readings.length; r++) readings[r] = number("temperature", count++, T + count);
            frames.add(frame(i, BOX, readings));
        }
        store.take(frames, 300);
        var next = new long[1];
        store.each(all(BOX), part -> {
            assertThat(part.size()).isLessThanOrEqualTo(25_000);
            for (var found : part)
                assertThat(((Value.Number) found.reading().value()).value()).isEqualTo(next[0]++);
        });
        assertThat(next[0]).isEqualTo(count);
    }

    @Test
    void what_is_selected_is_a_file_in_parquet_until_it_is_closed() throws Exception {
        store.take(
                List.of(
                        frame(
                                0,
                                BOX,
                                new Reading("n", "W", new Value.Number(-0.25), T, false),
                                new Reading("f", null, new Value.Flag(true), T + 1, true),
                                new Reading("t", null, new Value.Text("it's"), T + 2, false),
                                new Reading("d", null, new Value.Data(new byte[] {1, 2}), T + 3, false)),
                        frameAt(1, T + 31L * 24 * 3_600_000, DOOR, number("temperature", 3, T + 4))),
                2);
        Path path;
        try (var file = store.parquet(all());
                var reader = DriverManager.getConnection("jdbc:duckdb:");
                var statement = reader.createStatement()) {
            path = file.path();
            statement.execute("SET TimeZone = 'UTC'");
            var rows = statement.executeQuery(
                    "SELECT concat_ws(' ', epoch_ms(\"time\"), device, \"name\", coalesce(unit, '-'),"
                            + " coalesce(number::VARCHAR, '-'), coalesce(\"text\", '-'), kind, relative, trust, \"index\")"
                            + " FROM '" + path + "'");
            var found = new ArrayList<String>();
            while (rows.next()) found.add(rows.getString(1));
            assertThat(found)
                    .containsExactly(
                            T + " acme:box-1 n W -0.25 - number false device-signed 0",
                            T + 1 + " acme:box-1 f - 1.0 - flag true device-signed 0",
                            T + 2 + " acme:box-1 t - - it's text false device-signed 0",
                            T + 3 + " acme:box-1 d - - AQI data false device-signed 0",
                            T + 4 + " acme:door temperature Cel 3.0 - number false device-signed 1");
        }
        assertThat(path).doesNotExist();
        try (var nothing = store.parquet(all(DeviceId.of("acme:nobody")))) {
            assertThat(nothing.path()).isNotEmptyFile();
            // As after a crash.
            reopen(2);
            assertThat(nothing.path()).doesNotExist();
        }
    }

    @Test
    void leaves_without_readings_move_the_cursor_too() {
        store.take(List.of(frame(0, BOX), frame(1, BOX)), 2);
        store.take(List.of(frame(2, BOX, number("temperature", 1, T))), 3);
        reopen(3);
        assertThat(store.next()).isEqualTo(3);
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void a_batch_that_does_not_follow_the_cursor_is_a_broken_invariant_and_changes_nothing() {
        store.take(List.of(frame(0, BOX, number("temperature", 1, T))), 1);
        assertThatThrownBy(() -> store.take(List.of(frame(0, BOX, number("temperature", 2, T))), 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.take(List.of(frame(5, BOX, number("temperature", 2, T))), 6))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.next()).isEqualTo(1);
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void every_kind_of_value_comes_back_with_its_unit_time_and_trust() {
        var readings = List.of(
                new Reading("n", "W", new Value.Number(-0.25), T, false),
                new Reading("f", null, new Value.Flag(true), T + 1, true),
                new Reading("t", null, new Value.Text("ümläut 'quoted' \u0000"), T + 2, false),
                new Reading("d", "x", new Value.Data(new byte[] {0, -1, 7}), T + 3, false));
        for (int i = 0; i < 4; i++)
            store.take(
                    List.of(new LoggedFrame(i, BOX, i + 1, TrustLevel.values()[i % 3], T, List.of(readings.get(i)))),
                    i + 1);
        reopen(4);
        var found = store.recent(BOX, 10).reversed();
        for (int i = 0; i < 4; i++) {
            assertThat(found.get(i).index()).isEqualTo(i);
            assertThat(found.get(i).trust()).isEqualTo(TrustLevel.values()[i % 3]);
            assertThat(found.get(i).reading()).usingRecursiveComparison().isEqualTo(readings.get(i));
        }
    }

    @Test
    void a_flag_is_0_or_1_in_buckets_and_text_is_in_none() {
        store.take(
                List.of(
                        frame(0, DOOR, new Reading("open", null, new Value.Flag(true), T, false)),
                        frame(1, DOOR, new Reading("open", null, new Value.Flag(false), T + 1, false)),
                        frame(2, DOOR, new Reading("open", null, new Value.Text("ajar"), T + 2, false))),
                3);
        assertThat(store.range(DOOR, "open", T, T + 10, 1)).containsExactly(new Bucket(T + 1, 0, 1, 0.5, 2));
    }

    @Test
    void a_name_with_two_units_is_one_quantity() {
        store.take(
                List.of(
                        frame(0, BOX, new Reading("temperature", "Cel", new Value.Number(1), T, false)),
                        frame(1, BOX, new Reading("temperature", null, new Value.Number(3), T + 1, false))),
                2);
        assertThat(store.range(BOX, "temperature", T, T + 2, 1).getFirst().count())
                .isEqualTo(2);
    }

    @Test
    void a_range_holds_its_start_and_not_its_end_and_never_more_buckets_than_asked_for() {
        var frames = new ArrayList<LoggedFrame>();
        for (int i = 0; i < 1000; i++) frames.add(frame(i, BOX, number("temperature", i, T + i)));
        store.take(frames, 1000);
        assertThat(store.range(BOX, "temperature", T + 10, T + 20, 100))
                .extracting(Bucket::mean)
                .containsExactly(10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0);
        assertThat(store.range(BOX, "temperature", T, T + 1000, 7)).hasSizeLessThanOrEqualTo(7);
        assertThat(store.range(BOX, "temperature", T + 5, T + 5, 7)).isEmpty();
        assertThat(store.range(BOX, "temperature", 0, 1L << 52, 100)).hasSize(1);
    }

    @Test
    void the_past_is_told_by_the_readings_own_times_over_all_months_up_to_a_limit() {
        long month = 31L * 86_400_000;
        store.take(
                List.of(
                        frameAt(0, T, BOX, number("temperature", 1, T), number("humidity", 50, T)),
                        frameAt(1, T + 1, DOOR, number("temperature", 9, T + 1)),
                        frameAt(2, T + month, BOX, number("temperature", 3, T + month)),
                        // received in the second month, measured in the first
                        frameAt(3, T + month, BOX, number("temperature", 2, T + 5), number("temperature", 4, T))),
                4);
        assertThat(values(store.past(BOX, "temperature", T, T + month + 1, 100)))
                .containsExactly(1.0, 4.0, 2.0, 3.0);
        assertThat(values(store.past(BOX, null, T, T + month, 100))).containsExactlyInAnyOrder(1.0, 50.0, 4.0, 2.0);
        assertThat(values(store.past(BOX, "temperature", T + 1, T + month + 1, 1)))
                .containsExactly(2.0);
        assertThat(store.past(BOX, "nothing", 0, Long.MAX_VALUE, 100)).isEmpty();
        assertThat(store.past(DeviceId.of("acme:nobody"), null, 0, Long.MAX_VALUE, 100))
                .isEmpty();
    }

    private static List<Double> values(List<LoggedReading> readings) {
        return readings.stream()
                .map(reading -> ((Value.Number) reading.reading().value()).value())
                .toList();
    }

    @Test
    void of_each_quantity_the_latest_is_the_one_with_the_highest_index() {
        store.take(
                List.of(
                        frame(0, BOX, number("temperature", 1, T + 50), number("shock", 9, T)),
                        frame(1, DOOR, number("temperature", 2, T)),
                        frame(2, BOX, number("temperature", 3, T + 1), number("temperature", 4, T + 2))),
                3);
        assertThat(store.latest())
                .extracting(LoggedReading::index, reading -> reading.reading().value())
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(2L, new Value.Number(4)),
                        org.assertj.core.api.Assertions.tuple(1L, new Value.Number(2)),
                        org.assertj.core.api.Assertions.tuple(0L, new Value.Number(9)));
    }

    @Test
    void after_clearing_it_starts_anew() {
        store.take(List.of(frame(0, BOX, number("temperature", 1, T))), 1);
        store.clear();
        assertThat(store.next()).isZero();
        assertThat(store.count()).isZero();
        store.take(List.of(frame(0, DOOR, number("temperature", 7, T))), 1);
        assertThat(store.latest())
                .singleElement()
                .extracting(LoggedReading::device)
                .isEqualTo(DOOR);
    }

    /// Random frames in random batches over many months, with restarts, against sums made by hand.
    @Test
    void random_batches_give_what_summing_by_hand_gives() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var all = new ArrayList<LoggedFrame>();
        long receivedMs = T;
        while (all.size() < 3_000) {
            var batch = new ArrayList<LoggedFrame>();
            for (int i = random.nextInt(200); i >= 0; i--) {
                receivedMs += random.nextInt(50) == 0 ? random.nextLong(20L * 86_400_000) : random.nextLong(5_000);
                if (random.nextInt(20) == 0) receivedMs -= random.nextLong(60_000);
                var readings = new Reading[random.nextInt(4)];
                for (int r = 0; r < readings.length; r++)
                    readings[r] = number(
                            "q" + random.nextInt(3),
                            random.nextInt(1000) / 8.0,
                            receivedMs - random.nextLong(3_600_000));
                batch.add(frameAt(
                        all.size() + batch.size(), receivedMs, DeviceId.of("acme:d" + random.nextInt(5)), readings));
            }
            all.addAll(batch);
            store.take(batch, all.size());
            if (random.nextInt(8) == 0) reopen(all.size());
        }
        var readings = all.stream()
                .flatMap(frame -> frame.readings().stream()
                        .map(reading -> new LoggedReading(frame.device(), frame.index(), frame.trust(), reading)))
                .toList();
        assertThat(store.count()).isEqualTo(readings.size());
        for (int i = 0; i < 50; i++) {
            var device = DeviceId.of("acme:d" + random.nextInt(5));
            var name = "q" + random.nextInt(3);
            long from = T + random.nextLong(receivedMs - T);
            long to = from + 1 + random.nextLong(receivedMs - T);
            var wanted = readings.stream()
                    .filter(reading -> reading.device().equals(device)
                            && reading.reading().name().equals(name)
                            && reading.reading().timeMs() >= from
                            && reading.reading().timeMs() < to)
                    .mapToDouble(reading -> ((Value.Number) reading.reading().value()).value())
                    .summaryStatistics();
            int points = 1 + random.nextInt(300);
            var found = store.range(device, name, from, to, points);
            assertThat(found).hasSizeLessThanOrEqualTo(points);
            assertThat(found.stream().mapToLong(Bucket::count).sum()).isEqualTo(wanted.getCount());
            assertThat(found).isSortedAccordingTo((a, b) -> Long.compare(a.timeMs(), b.timeMs()));
            if (wanted.getCount() == 0) continue;
            assertThat(found.stream().mapToDouble(Bucket::min).min().orElseThrow())
                    .isEqualTo(wanted.getMin());
            assertThat(found.stream().mapToDouble(Bucket::max).max().orElseThrow())
                    .isEqualTo(wanted.getMax());
            // eighths add up without rounding
            assertThat(found.stream().mapToDouble(b -> b.mean() * b.count()).sum())
                    .isCloseTo(wanted.getSum(), org.assertj.core.api.Assertions.within(1e-6));
            var newest = readings.reversed().stream()
                    .filter(reading -> reading.device().equals(device))
                    .limit(20)
                    .map(LoggedReading::index)
                    .toList();
            assertThat(store.recent(device, 20))
                    .extracting(LoggedReading::index)
                    .containsExactlyElementsOf(newest);
        }
    }
}
