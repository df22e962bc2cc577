package io.thingstead.node.view.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Reading;
import io.thingstead.node.view.LoggedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The series in DuckDB: the compliance kit, and what its files must bear.
class DuckSeriesTest extends SeriesStoreCompliance {
    private static final long MONTH = 31L * 86_400_000;
    /// Readings that are summed up at a time; so few that all that is summed up is also asked for.
    private int part = 40;

    private final List<String> notices = new ArrayList<>();

    @Override
    SeriesStore open(long logSize) {
        return DuckSeries.open(folder.resolve("series"), "acme.example/01234567/1", logSize, part, notices::add);
    }

    private void threeMonths() {
        for (int i = 0; i < 3; i++)
            store.take(List.of(frameAt(i, T + i * MONTH, BOX, number("temperature", i, T + i))), i + 1);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder.resolve("series"))) {
            return files.filter(file -> file.toString().endsWith(".duckdb"))
                    .sorted()
                    .toList();
        }
    }

    private void assertStartedAnew(String notice) {
        assertThat(notices).singleElement().asString().contains(notice);
        assertThat(store.next()).isZero();
        assertThat(store.count()).isZero();
        threeMonths();
        assertThat(store.count()).isEqualTo(3);
    }

    /// A reading a minute for two months, then one in the month after.
    private void twoMonthsOfMinutes() {
        part = 3_000;
        reopen(0);
        int all = (int) (2 * MONTH / 60_000);
        for (int i = 0; i < all; i += 2_000) {
            var batch = new ArrayList<LoggedFrame>();
            for (int j = i; j < Math.min(all, i + 2_000); j++)
                batch.add(frameAt(j, T + j * 60_000L, BOX, number("temperature", j % 60, T + j * 60_000L)));
            store.take(batch, i + batch.size());
        }
        store.take(List.of(frameAt(all, T + 3 * MONTH, BOX, number("temperature", 7, T + 3 * MONTH))), all + 1);
        // each batch does a part of the work that is left
        for (int i = all + 1; i < all + 30; i++) store.take(List.of(frameAt(i, T + 3 * MONTH, BOX)), i + 1);
    }

    private void assertTwoMonthsOfMinutes() {
        var found = store.range(BOX, "temperature", T, T + 2 * MONTH, 500);
        assertThat(found.stream().mapToLong(Bucket::count).sum()).isEqualTo(2 * MONTH / 60_000);
        // whole hours are in each, of which the least is 0 and the most 59
        for (var bucket : found.subList(1, found.size() - 1))
            assertThat(bucket)
                    .extracting(Bucket::min, Bucket::max, Bucket::mean)
                    .containsExactly(0.0, 59.0, 29.5);
    }

    private static Connection attached(Path file) throws SQLException {
        var connection = DriverManager.getConnection("jdbc:duckdb:");
        Sql.execute(connection, "ATTACH " + Sql.quoted(file.toString()) + " AS m");
        return connection;
    }

    private static List<Long> asked(Path file, String... questions) throws SQLException {
        var answer = new ArrayList<Long>();
        try (var connection = attached(file)) {
            for (String question : questions) Sql.query(connection, row -> answer.add(row.getLong(1)), question);
        }
        return answer;
    }

    @Test
    void what_a_file_of_a_month_that_is_over_comes_to_is_summed_up_and_in_order() throws Exception {
        twoMonthsOfMinutes();
        assertTwoMonthsOfMinutes();
        store.close();
        var quarters = asked(
                files().get(1),
                "SELECT next - (SELECT next FROM m.span) FROM m.summed",
                "SELECT count(*) FROM m.quarter",
                "SELECT count(DISTINCT quarter) FROM m.quarter",
                "SELECT sum(count)::BIGINT FROM m.quarter",
                "SELECT count(*) FROM m.reading");
        assertThat(quarters.getFirst()).isZero();
        assertThat(quarters.get(1)).isEqualTo(quarters.get(2)).isGreaterThan(2_000);
        assertThat(quarters.get(3)).isEqualTo(quarters.get(4));
        store = open(1_000_000);
        assertTwoMonthsOfMinutes();
    }

    @Test
    void a_file_of_before_there_were_sums_gets_them_later_and_is_asked_for_all_the_same() throws Exception {
        twoMonthsOfMinutes();
        long next = store.next();
        store.close();
        for (var file : files()) {
            try (var connection = attached(file)) {
                for (String table : List.of("quarter", "summed")) Sql.execute(connection, "DROP TABLE m." + table);
            }
        }
        store = open(1_000_000);
        assertTwoMonthsOfMinutes();
        store.take(List.of(frameAt(next, T + 3 * MONTH, BOX)), next + 1);
        assertTwoMonthsOfMinutes();
    }

    @Test
    void what_was_erased_is_in_no_sum_any_more() {
        twoMonthsOfMinutes();
        // a whole hour of the second month, of which the sums are done
        long hour = T + MONTH + 2 * 86_400_000;
        var leaves = new TreeSet<Long>();
        for (long i = 0; i < 60; i++) leaves.add((hour - T) / 60_000 + i);
        assertThat(store.range(BOX, "temperature", hour, hour + 3_600_000, 1)).hasSize(1);
        store.erase(leaves);
        for (int again = 0; again < 2; again++) {
            assertThat(store.range(BOX, "temperature", hour, hour + 3_600_000, 1))
                    .isEmpty();
            var found = store.range(BOX, "temperature", T, T + 2 * MONTH, 500);
            assertThat(found.stream().mapToLong(Bucket::count).sum()).isEqualTo(2 * MONTH / 60_000 - 60);
            // and after they were made anew
            for (int i = 0; i < 30; i++) {
                long next = store.next();
                store.take(List.of(frameAt(next, T + 3 * MONTH, BOX)), next + 1);
            }
        }
    }

    @Test
    void each_month_has_a_file_and_a_question_goes_over_all_of_them() throws IOException {
        threeMonths();
        assertThat(files()).hasSize(3);
        assertThat(store.range(BOX, "temperature", T, T + 10, 10))
                .extracting(Bucket::mean)
                .containsExactly(0.0, 1.0, 2.0);
        reopen(3);
        assertThat(store.next()).isEqualTo(3);
        assertThat(notices).isEmpty();
    }

    @Test
    void one_batch_over_the_turn_of_a_month_is_split_between_two_files() throws IOException {
        var frames = new ArrayList<LoggedFrame>();
        for (int i = 0; i < 10; i++)
            frames.add(frameAt(i, i < 4 ? T : T + MONTH, BOX, number("temperature", i, T + i)));
        store.take(frames, 12);
        assertThat(files()).hasSize(2);
        assertThat(store.next()).isEqualTo(12);
        reopen(12);
        assertThat(store.count()).isEqualTo(10);
    }

    @Test
    void a_clock_that_goes_back_over_the_turn_of_a_month_stays_in_the_newer_file() throws IOException {
        store.take(
                List.of(
                        frameAt(0, T + MONTH, BOX, number("temperature", 0, T)),
                        frameAt(1, T, BOX, number("temperature", 1, T))),
                2);
        assertThat(files()).hasSize(1);
        reopen(2);
        assertThat(store.count()).isEqualTo(2);
    }

    @Test
    void a_file_with_changed_bytes_is_found_at_start_and_everything_begins_anew() throws IOException {
        threeMonths();
        store.close();
        var file = files().get(1);
        var bytes = Files.readAllBytes(file);
        for (int i = 4096; i < bytes.length; i += 97) bytes[i] ^= 0x55;
        Files.write(file, bytes);
        store = open(3);
        assertThat(store.next()).isZero();
        assertThat(notices).hasSize(1);
        threeMonths();
    }

    @Test
    void a_file_cut_short_is_found_at_start() throws IOException {
        threeMonths();
        store.close();
        Files.write(files().getLast(), new byte[] {1, 2, 3});
        store = open(3);
        assertStartedAnew("cannot be read");
    }

    @Test
    void a_deleted_file_is_found_at_start() throws IOException {
        threeMonths();
        store.close();
        Files.delete(files().get(1));
        store = open(3);
        assertStartedAnew("leaves 1 to 1 are in no file");
    }

    @Test
    void a_deleted_newest_file_only_moves_the_cursor_back() throws IOException {
        threeMonths();
        store.close();
        Files.delete(files().getLast());
        store = open(3);
        assertThat(notices).isEmpty();
        assertThat(store.next()).isEqualTo(2);
    }

    @Test
    void a_missing_folder_beside_a_log_that_has_leaves_is_said() {
        reopen(5);
        assertThat(notices).singleElement().asString().contains("there are no files");
    }

    @Test
    void a_series_ahead_of_its_log_is_of_a_log_that_lost_data_and_begins_anew() {
        threeMonths();
        reopen(2);
        assertStartedAnew("3 leaves, but the log only 2");
    }

    @Test
    void a_series_of_another_log_begins_anew() {
        threeMonths();
        store.close();
        store = DuckSeries.open(folder.resolve("series"), "acme.example/01234567/2", 3, notices::add);
        assertStartedAnew("another log");
    }

    @Test
    void a_strange_file_is_not_taken_for_a_month() throws IOException {
        threeMonths();
        store.close();
        Files.write(folder.resolve("series/notes.duckdb"), new byte[10]);
        store = open(3);
        assertStartedAnew("strange file");
    }

    /// A crash of the machine leaves what was synced: the bytes of the files as they are after a commit.
    @Test
    void files_copied_after_a_commit_and_without_a_close_hold_all_that_was_taken() throws IOException {
        int next = 0;
        for (int round = 0; round < 5; round++) {
            var frames = new ArrayList<LoggedFrame>();
            for (int i = 0; i < 1 + 700 * round; i++)
                frames.add(frame(
                        next + i,
                        BOX,
                        number("temperature", i, T + i),
                        new Reading("x", null, new io.thingstead.kit.model.Value.Flag(true), T, false)));
            next += frames.size();
            store.take(frames, next);
            var copy = folder.resolve("copy-" + round);
            Files.createDirectories(copy);
            try (var files = Files.list(folder.resolve("series"))) {
                for (var file : files.filter(Files::isRegularFile).toList())
                    Files.copy(file, copy.resolve(file.getFileName()));
            }
            try (var copied = DuckSeries.open(copy, "acme.example/01234567/1", next, notices::add)) {
                assertThat(notices).isEmpty();
                assertThat(copied.next()).isEqualTo(next);
                assertThat(copied.count()).isEqualTo(2L * next);
            }
        }
    }
}
