package io.thingstead.node.view.series;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.sql.Blob;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBFunctions;
import org.jspecify.annotations.Nullable;

/// Answers a question in SQL in a database of its own, made for it and thrown away: in memory that is bounded, without
/// files, network or extensions, with its settings locked. It reads the series through [SeriesScan], and has no other
/// way to them; what is to run there went through [SqlGate] first.
final class ConfinedSql {
    private static final long MOST_MILLIS = 20_000;
    private static final String MOST_MEMORY = "256MB";
    /// Of all values of an answer together, as [#weight] has them.
    private static final long MOST_WEIGHT = 16 << 20;
    private static final int MOST_COLUMNS = 200;
    private static final String LOST = "Invalid result set";

    private ConfinedSql() {}

    static Result<SeriesQuery.Answer> ask(DuckDBConnection series, List<Month> months, String sql, int mostRows) {
        try (var confined = open()) {
            var deadline = Deadline.in(MOST_MILLIS);
            prepare(confined, series, months, deadline);
            var objection = SqlGate.objection(confined, sql);
            return objection != null ? new Result.No<>(objection) : run(confined, sql, mostRows, deadline);
        } catch (SQLException e) {
            return refused(e);
        }
    }

    private static DuckDBConnection open() throws SQLException {
        var settings = new Properties();
        settings.setProperty("threads", "1");
        settings.setProperty("async_threads", "1");
        settings.setProperty("memory_limit", MOST_MEMORY);
        settings.setProperty("temp_directory", "");
        settings.setProperty("max_execution_time", Long.toString(MOST_MILLIS));
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("allow_persistent_secrets", "false");
        settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        var confined = DriverManager.getConnection("jdbc:duckdb:", settings).unwrap(DuckDBConnection.class);
        Sql.execute(confined, "SET TimeZone = 'UTC'");
        return confined;
    }

    private static void prepare(
            DuckDBConnection confined, DuckDBConnection series, List<Month> months, Deadline deadline)
            throws SQLException {
        var dictionary = new GlobalDictionary(months);
        dictionary.store(confined);
        try (var function = DuckDBFunctions.tableFunction()) {
            function.withName(SeriesScan.NAME)
                    .withParameters(SeriesScan.ARGUMENTS.toArray(DuckDBColumnType[]::new))
                    .withProjectionPushdown()
                    .withFunction(new SeriesScan(series, months, dictionary, deadline))
                    .register(confined);
        }
        // The driver keeps a list of all functions ever registered, which nobody here asks for.
        DuckDBDriver.clearFunctionsRegistry();
        Sql.execute(confined, "CREATE VIEW reading AS " + rows("NULL", "NULL", "NULL"));
        Sql.execute(
                confined,
                "CREATE MACRO readings(of_device) AS TABLE (" + rows("of_device", "NULL", "NULL")
                        + "), (of_device, since) AS TABLE ("
                        + rows("of_device", "epoch_ms(since::TIMESTAMPTZ)", "NULL")
                        + "), (of_device, since, until) AS TABLE ("
                        + rows("of_device", "epoch_ms(since::TIMESTAMPTZ)", "epoch_ms(until::TIMESTAMPTZ)") + ")");
        lock(confined);
    }

    /// From here on nothing outside can be reached, and nothing of this be changed.
    private static void lock(DuckDBConnection confined) throws SQLException {
        Sql.execute(confined, "SET enable_external_access = false");
        Sql.execute(confined, "SET lock_configuration = true");
    }

    /// One without series, for those who try its walls.
    static DuckDBConnection locked() throws SQLException {
        var confined = open();
        lock(confined);
        return confined;
    }

    private static String rows(String device, String sinceMs, String untilMs) {
        return "SELECT " + Columns.of() + " FROM " + SeriesScan.NAME + "(" + device + "::VARCHAR, " + sinceMs
                + "::BIGINT, " + untilMs
                + "::BIGINT) r JOIN device d ON d.id = r.device JOIN quantity q ON q.id = r.quantity";
    }

    private static Result<SeriesQuery.Answer> run(
            DuckDBConnection confined, String sql, int mostRows, Deadline deadline) throws SQLException {
        try (var statement = confined.prepare(sql)) {
            var shape = statement.getMetaData();
            if (shape.getColumnCount() > MOST_COLUMNS)
                return Result.no(Refusal.SQL_REFUSED, "an answer has at most " + MOST_COLUMNS + " columns");
            var columns = new ArrayList<SeriesQuery.Column>();
            for (int i = 1; i <= shape.getColumnCount(); i++)
                columns.add(new SeriesQuery.Column(shape.getColumnName(i), shape.getColumnTypeName(i)));
            try (var found = statement.executeQuery()) {
                return Result.ok(answer(found, columns, mostRows, deadline));
            }
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains(LOST)) throw e;
            deadline.check();
            sayAgain(confined, sql);
            throw e;
        }
    }

    /// Where a question fails before its first row, the driver has lost why; asked for chunks, it knows.
    private static void sayAgain(DuckDBConnection confined, String sql) throws SQLException {
        try (var statement = confined.prepare(sql)) {
            statement.query().close();
        }
    }

    private static SeriesQuery.Answer answer(
            ResultSet found, List<SeriesQuery.Column> columns, int mostRows, Deadline deadline) throws SQLException {
        var rows = new ArrayList<List<@Nullable Object>>();
        long weight = 0;
        boolean more = false;
        while (found.next()) {
            deadline.check();
            more = rows.size() == mostRows || weight > MOST_WEIGHT;
            if (more) break;
            var row = row(found, columns.size());
            for (Object value : row) weight += weight(value);
            rows.add(row);
        }
        return new SeriesQuery.Answer(columns, rows, more);
    }

    /// About what a value takes in memory, in bytes.
    private static long weight(@Nullable Object value) {
        return value instanceof String text ? 56 + text.length() : 24;
    }

    private static List<@Nullable Object> row(ResultSet found, int columns) throws SQLException {
        var row = new ArrayList<@Nullable Object>(columns);
        for (int i = 1; i <= columns; i++) row.add(value(found.getObject(i)));
        return row;
    }

    private static @Nullable Object value(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case Boolean flag -> flag;
            case Number number -> number;
            case OffsetDateTime time ->
                time.withOffsetSameInstant(ZoneOffset.UTC).toInstant().toString();
            case Blob bytes -> HexFormat.of().formatHex(bytes.getBytes(1, (int) bytes.length()));
            default -> value.toString();
        };
    }

    private static Result<SeriesQuery.Answer> refused(SQLException e) {
        String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        boolean isLimit = e instanceof SQLTimeoutException
                || text.contains("Out of Memory")
                || text.contains("maximum execution time")
                || text.contains("it takes too long");
        return isLimit
                ? Result.no(
                        Refusal.SQL_LIMIT,
                        "it takes more than there is for a question, %d s and %s: ask for less, or of one device with readings('member:name', since, until)"
                                .formatted(MOST_MILLIS / 1_000, MOST_MEMORY))
                : Result.no(Refusal.SQL_FAILED, text);
    }
}
