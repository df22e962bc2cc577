package io.thingstead.node.view.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Questions in SQL: what they find, and all that they must not.
class ConfinedSqlTest {
    private static final long T = 1_790_000_000_000L;
    private static final long MONTH = 31L * 24 * 3_600_000;

    @TempDir
    private static Path folder;

    private static DuckSeries series;

    @BeforeAll
    static void fill() {
        series = DuckSeries.open(folder.resolve("series"), "home.example/0a1b2c3d/1", 0, _ -> {});
        var frames = new ArrayList<LoggedFrame>();
        for (int i = 0; i < 6_000; i++) {
            DeviceId device = DeviceId.of("home:box-" + i % 3);
            long time = T + 1_000L * i + (i < 3_000 ? 0 : MONTH);
            frames.add(new LoggedFrame(
                    i,
                    device,
                    i + 1,
                    TrustLevel.DEVICE_SIGNED,
                    time,
                    List.of(
                            new Reading("temperature", "Cel", new Value.Number(i % 3 + 20), time, false),
                            new Reading("note", null, new Value.Text("dry"), time, true))));
        }
        series.take(frames, 6_000);
    }

    @AfterAll
    static void close() {
        series.close();
    }

    private static SeriesQuery.Answer found(String sql) {
        return switch (series.ask(sql, 100)) {
            case Result.Ok<SeriesQuery.Answer>(var answer) -> answer;
            case Result.No<SeriesQuery.Answer>(var refused) -> throw new AssertionError(sql + ": " + refused);
        };
    }

    private static Refusal refusal(String sql) {
        return switch (series.ask(sql, 100)) {
            case Result.Ok<SeriesQuery.Answer>(var answer) -> throw new AssertionError(sql + ": " + answer);
            case Result.No<SeriesQuery.Answer>(var refused) -> refused.code();
        };
    }

    @Test
    void a_question_finds_the_readings_of_all_months() {
        assertThat(found("SELECT count(*), count(DISTINCT device), max(index) FROM reading")
                        .rows())
                .containsExactly(List.of(12_000L, 3L, 5_999L));
        var averages = found(
                "SELECT device, unit, avg(number) AS mean FROM reading WHERE name = 'temperature' GROUP BY ALL ORDER BY 1");
        assertThat(averages.columns()).extracting(SeriesQuery.Column::name).containsExactly("device", "unit", "mean");
        assertThat(averages.rows())
                .containsExactly(
                        List.of("home:box-0", "Cel", 20.0),
                        List.of("home:box-1", "Cel", 21.0),
                        List.of("home:box-2", "Cel", 22.0));
        assertThat(found("SELECT kind, text, relative, trust FROM reading WHERE name = 'note' LIMIT 1")
                        .rows())
                .containsExactly(List.of("text", "dry", true, "device-signed"));
        assertThat(found("SELECT time FROM reading ORDER BY time LIMIT 1").rows())
                .containsExactly(List.of("2026-09-21T14:13:20Z"));
    }

    @Test
    void what_is_no_number_text_or_time_comes_as_text() {
        assertThat(found(
                                "SELECT 1::HUGEINT, 1.50::DECIMAL(9, 2), DATE '2026-01-01', 'a'::BLOB, true, NULL, 'Infinity'::DOUBLE")
                        .rows())
                .containsExactly(java.util.Arrays.asList(
                        BigInteger.ONE,
                        new BigDecimal("1.50"),
                        "2026-01-01",
                        "61",
                        true,
                        null,
                        Double.POSITIVE_INFINITY));
    }

    @Test
    void of_one_device_and_a_span_only_those_are_read() {
        assertThat(found("SELECT count(*) FROM readings('home:box-1')").rows()).containsExactly(List.of(4_000L));
        assertThat(found("FROM readings('home:box-1', to_timestamp(" + (T + MONTH) / 1_000 + ")) SELECT count(*)")
                        .rows())
                .containsExactly(List.of(2_000L));
        assertThat(found("SELECT min(index), max(index) FROM readings('home:box-0', to_timestamp(" + T / 1_000
                                + "), to_timestamp(" + (T / 1_000 + 10) + "))")
                        .rows())
                .containsExactly(List.of(0L, 9L));
        assertThat(found("SELECT count(*) FROM readings('home:nobody')").rows()).containsExactly(List.of(0L));
        assertThat(found("SELECT count(*) FROM readings('nonsense')").rows()).containsExactly(List.of(0L));
    }

    @Test
    void more_rows_than_were_asked_for_are_said() {
        assertThat(found("SELECT * FROM reading").rows()).hasSize(100);
        assertThat(found("SELECT * FROM reading").more()).isTrue();
        assertThat(found("SELECT * FROM reading LIMIT 100").more()).isFalse();
    }

    @Test
    void tables_of_the_question_itself_windows_and_joins_are_answered() {
        assertThat(found("WITH hot AS (SELECT * FROM reading WHERE number > 21) SELECT count(*) FROM hot")
                        .rows())
                .containsExactly(List.of(2_000L));
        assertThat(found(
                                "SELECT count(*) FROM (SELECT number - lag(number) OVER (PARTITION BY device ORDER BY time) AS step"
                                        + " FROM reading WHERE name = 'temperature') WHERE step = 0")
                        .rows())
                .containsExactly(List.of(5_997L));
        assertThat(found(
                                "SELECT count(*) FROM readings('home:box-0') a JOIN readings('home:box-0') b USING (index, name)")
                        .rows())
                .containsExactly(List.of(4_000L));
        assertThat(found("SELECT date_trunc('month', time) AS month, count(*) FROM reading GROUP BY 1 ORDER BY 1")
                        .rows())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP VIEW reading",
                "CREATE TABLE t AS SELECT 1",
                "INSERT INTO device VALUES (1, 'x')",
                "UPDATE device SET name = 'x'",
                "DELETE FROM device",
                "COPY (SELECT 1) TO '/tmp/out.csv'",
                "COPY device FROM '/etc/passwd'",
                "EXPORT DATABASE '/tmp/out'",
                "ATTACH '/tmp/new.duckdb' AS x",
                "ATTACH ':memory:' AS x",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET memory_limit = '64GB'",
                "SET enable_external_access = true",
                "RESET lock_configuration",
                "PRAGMA database_list",
                "CALL enable_logging(storage = 'file')",
                "CREATE PERSISTENT SECRET s (TYPE http)",
                "CHECKPOINT",
                "EXPLAIN SELECT 1",
                "DESCRIBE reading",
                "SUMMARIZE reading",
                "SHOW TABLES",
                "SELECT 1; SELECT 2",
                "SELECT 1; DROP VIEW reading",
                "SELECT * FROM '/etc/passwd'",
                "SELECT * FROM 'http://127.0.0.1:1/x.csv'",
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM read_blob('/etc/passwd')",
                "SELECT * FROM read_duckdb('/tmp/x')",
                "SELECT * FROM parquet_scan('/tmp/x')",
                "SELECT * FROM sniff_csv('/etc/passwd')",
                "SELECT * FROM glob('/*')",
                "SELECT * FROM duckdb_settings()",
                "SELECT * FROM duckdb_secrets()",
                "SELECT * FROM query('SELECT 1')",
                "SELECT * FROM query_table('device')",
                "SELECT * FROM series_rows()",
                "SELECT * FROM device",
                "SELECT * FROM information_schema.tables",
                "SELECT * FROM pg_catalog.pg_tables",
                "SELECT * FROM x.reading",
                "SELECT current_setting('memory_limit')",
                "SELECT getenv('HOME')",
                "SELECT repeat('x', 1000000000)",
                "SELECT lpad('x', 1000000000, 'y')",
                "SELECT length(range(1000000000))",
                "SELECT list(index) FROM reading",
                "SELECT string_agg(text, ',') FROM reading",
                "SELECT text || text FROM reading",
                "SELECT concat(text, text) FROM reading",
                "SELECT [1, 2, 3]",
                "SELECT (SELECT max(repeat(text, 1000)) FROM reading)",
                "SELECT count(*) FILTER (WHERE repeat(text, 9) = 'x') FROM reading",
                "SELECT sum(number) OVER (ORDER BY repeat(text, 9)) FROM reading",
                "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
                "SELECT * FROM reading JOIN glob('/*') ON true",
                "SELECT * FROM readings((SELECT max(file) FROM glob('/*')))",
                "SELECT json_serialize_sql('SELECT 1')",
                "SELECT write_log('x')",
                "SELECT nextval('x')",
                "SELECT ARRAY(SELECT index FROM reading)",
                "SELECT unnest([1])",
                "SELECT {'a': 1}",
                "PIVOT reading ON name USING avg(number)",
                "VALUES (repeat('x', 9))"
            })
    void what_is_not_a_question_about_the_readings_is_refused(String sql) {
        assertThat(refusal(sql)).as(sql).isEqualTo(Refusal.SQL_REFUSED);
    }

    /// The second wall: what would get past the gate finds no files, no network and no settings to change.
    @Test
    void the_database_of_a_question_reaches_nothing_but_the_readings() throws Exception {
        try (var confined = ConfinedSql.locked();
                var statement = confined.createStatement()) {
            for (String sql : List.of(
                    "COPY (SELECT 1) TO '" + folder.resolve("out.csv") + "'",
                    "SELECT * FROM read_text('/etc/passwd')",
                    "ATTACH '" + folder.resolve("new.duckdb") + "' AS x",
                    "EXPORT DATABASE '" + folder.resolve("out") + "'",
                    "INSTALL httpfs",
                    "LOAD httpfs",
                    "SET memory_limit = '64GB'",
                    "SET enable_external_access = true",
                    "CALL enable_logging(storage = 'file', storage_config = {'path': '" + folder.resolve("log") + "'})",
                    "CREATE PERSISTENT SECRET s (TYPE http)",
                    "SELECT * FROM 'http://127.0.0.1:1/x.csv'")) {
                assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> statement.execute(sql)))
                        .as(sql)
                        .isInstanceOf(java.sql.SQLException.class);
            }
        }
        assertThat(folder).isDirectoryContaining(path -> path.endsWith("series"));
        assertThat(folder.toFile().list()).containsExactly("series");
    }

    @Test
    void readings_of_new_devices_that_come_meanwhile_disturb_no_question(@TempDir Path own) throws Exception {
        try (var growing = DuckSeries.open(own, "home.example/0a1b2c3d/2", 0, _ -> {})) {
            var writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 300; i++) {
                    var reading = new Reading("quantity-" + i, null, new Value.Number(i), T, false);
                    var device = DeviceId.of("home:new-" + i);
                    growing.take(
                            List.of(new LoggedFrame(i, device, 1, TrustLevel.DEVICE_SIGNED, T, List.of(reading))),
                            i + 1);
                }
            });
            do {
                assertThat(growing.ask("SELECT device, name, number FROM reading", 1_000))
                        .isInstanceOf(Result.Ok.class);
            } while (writer.isAlive());
            writer.join();
            assertThat(growing.ask("SELECT count(DISTINCT device) FROM reading", 1)
                            .toString())
                    .contains("[[300]]");
        }
    }

    @Test
    void one_question_is_answered_at_a_time_and_nothing_is_erased_meanwhile(@TempDir Path own) throws Exception {
        try (var erased = DuckSeries.open(own, "home.example/0a1b2c3d/3", 0, _ -> {})) {
            var frames = new ArrayList<LoggedFrame>();
            for (int i = 0; i < 3; i++) {
                var reading = new Reading("temperature", "Cel", new Value.Number(i), T, false);
                DeviceId box = DeviceId.of("home:box");
                frames.add(new LoggedFrame(i, box, i + 1, TrustLevel.DEVICE_SIGNED, T, List.of(reading)));
            }
            erased.take(frames, 3);
            String question = "SELECT sum(sin(i)) FROM range(100000000) t(i)";
            var slow = Thread.ofPlatform().start(() -> {
                while (erased.ask(question, 1).toString().contains("busy")) Thread.onSpinWait();
            });
            long until = System.nanoTime() + 10_000_000_000L;
            while (!erased.ask("SELECT 1", 1).toString().contains("busy"))
                assertThat(System.nanoTime()).isLessThan(until);
            erased.erase(new TreeSet<>(List.of(1L)));
            assertThat(slow.join(Duration.ofSeconds(1)))
                    .as("it was answered before")
                    .isTrue();
            assertThat(erased.ask("SELECT sum(number) FROM reading", 1).toString())
                    .contains("[[2.0]]");
        }
    }

    @Test
    void what_is_wrong_or_too_much_is_said_under_a_code() {
        assertThat(refusal("SELEC 1")).isEqualTo(Refusal.SQL_FAILED);
        assertThat(refusal("SELECT nothing FROM reading")).isEqualTo(Refusal.SQL_FAILED);
        assertThat(refusal("SELECT ?")).isEqualTo(Refusal.SQL_FAILED);
        assertThat(series.ask("SELECT CAST(name AS INTEGER) FROM reading", 100))
                .asString()
                .contains("sql.failed", "Could not convert string");
        assertThat(refusal("SELECT " + "1, ".repeat(200) + "1")).isEqualTo(Refusal.SQL_REFUSED);
        assertThat(refusal("SELECT 1 -- " + "x".repeat(20_000))).isEqualTo(Refusal.SQL_REFUSED);
        assertThat(refusal("SELECT count(*) FROM (SELECT DISTINCT i FROM range(100000000) t(i))"))
                .isEqualTo(Refusal.SQL_LIMIT);
        assertThat(refusal("SELECT median(i) FROM range(100000000) t(i)")).isEqualTo(Refusal.SQL_LIMIT);
        // All goes on afterwards.
        assertThat(found("SELECT count(*) FROM reading").rows()).containsExactly(List.of(12_000L));
        assertThat(series.range(DeviceId.of("home:box-0"), "temperature", T, T + MONTH, 1))
                .isNotEmpty();
    }
}
