package io.thingstead.node.view.series;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// One file of the series: the readings that the member received in a month (UTC), a contiguous span of the log.
/// Files are whole in themselves, each with its own dictionary, so that one can be copied, swapped or dropped.
final class Month {
    static final String SUFFIX = ".duckdb";

    /// Of a file that is to take another one's place.
    static final String FRESH = ".duckdb-new";

    private final YearMonth month;
    private final String catalog;
    private volatile Dictionary dictionary = new Dictionary();
    private volatile Span span = new Span(0, 0, 0);
    private volatile Times times = Times.NONE;
    private final AtomicReference<@Nullable Quarters> quarters = new AtomicReference<>();

    /// Which leaves a file holds, and how many readings were in them.
    record Span(long first, long next, long readings) {}

    /// Between which times the readings of a file were measured, both included.
    private record Times(long firstMs, long lastMs) {
        static final Times NONE = new Times(Long.MAX_VALUE, Long.MIN_VALUE);

        Times with(long timeMs) {
            return new Times(Math.min(firstMs, timeMs), Math.max(lastMs, timeMs));
        }
    }

    private Month(YearMonth month) {
        this.month = month;
        this.catalog = "m" + month.toString().replace("-", "");
    }

    static YearMonth of(long epochMs) {
        return YearMonth.from(Instant.ofEpochMilli(epochMs).atOffset(ZoneOffset.UTC));
    }

    YearMonth month() {
        return month;
    }

    String catalog() {
        return catalog;
    }

    Dictionary dictionary() {
        return dictionary;
    }

    Span span() {
        return span;
    }

    Quarters quarters() {
        return Objects.requireNonNull(quarters.get(), "the file is open");
    }

    /// Whether readings may have been measured at `[fromMs, toMs)`.
    boolean mayHave(long fromMs, long toMs) {
        return times.firstMs < toMs && times.lastMs >= fromMs;
    }

    /// Sums up a part of its readings, if enough are there.
    ///
    /// @param isClosed no readings come any more
    boolean sumUp(DuckDBConnection connection, boolean isClosed) throws SQLException {
        return quarters().work(connection, span, isClosed);
    }

    /// @param part about how many readings are summed up at a time
    static Month create(Connection connection, Path folder, YearMonth yearMonth, String origin, long first, int part)
            throws SQLException {
        var month = attach(connection, folder, yearMonth);
        var m = month.catalog;
        connection.setAutoCommit(false);
        Sql.execute(
                connection, "CREATE TABLE " + m + ".span(origin VARCHAR, first BIGINT, next BIGINT, readings BIGINT)");
        Sql.execute(connection, "CREATE TABLE " + m + ".device(id INTEGER, name VARCHAR)");
        Sql.execute(connection, "CREATE TABLE " + m + ".quantity(id INTEGER, name VARCHAR, unit VARCHAR)");
        Sql.execute(
                connection,
                "CREATE TABLE " + m + ".reading(device INTEGER, quantity INTEGER, time_ms BIGINT, number DOUBLE,"
                        + " text VARCHAR, kind TINYINT, relative BOOLEAN, idx BIGINT, trust TINYINT)");
        Sql.execute(connection, "INSERT INTO " + m + ".span VALUES (?, ?, ?, 0)", origin, first, first);
        month.quarters.set(Quarters.create(connection, m, first, part));
        connection.commit();
        month.span = new Span(first, first, 0);
        return month;
    }

    static Month open(Connection connection, Path folder, YearMonth yearMonth, String origin, int part)
            throws SQLException, SeriesDamaged {
        var month = attach(connection, folder, yearMonth);
        month.reload(connection, origin);
        month.quarters.set(Quarters.create(connection, month.catalog, month.span.first, part));
        return month;
    }

    private static Month attach(Connection connection, Path folder, YearMonth yearMonth) throws SQLException {
        var month = new Month(yearMonth);
        Sql.execute(
                connection,
                "ATTACH " + Sql.quoted(folder.resolve(yearMonth + SUFFIX).toString()) + " AS " + month.catalog);
        return month;
    }

    private void reload(Connection connection, String origin) throws SQLException, SeriesDamaged {
        var spans = new java.util.ArrayList<Span>();
        var counted = new long[1];
        Sql.query(
                connection,
                row -> {
                    if (row.getString(1).equals(origin))
                        spans.add(new Span(row.getLong(2), row.getLong(3), row.getLong(4)));
                },
                "SELECT origin, first, next, readings FROM " + catalog + ".span");
        Sql.query(
                connection,
                row -> {
                    counted[0] = row.getLong(1);
                    if (counted[0] > 0) times = new Times(row.getLong(2), row.getLong(3));
                },
                "SELECT count(*), min(time_ms), max(time_ms) FROM " + catalog + ".reading");
        if (spans.size() != 1) throw new SeriesDamaged("the file of " + month + " belongs to another log");
        if (spans.getFirst().readings != counted[0])
            throw new SeriesDamaged("the file of " + month + " has " + counted[0] + " readings instead of "
                    + spans.getFirst().readings);
        span = spans.getFirst();
        dictionary = Dictionary.load(connection, catalog);
    }

    void detach(Connection connection) throws SQLException {
        Sql.execute(connection, "DETACH " + catalog);
    }

    /// Adds frames up to the leaf before `upTo`, and moves the cursor, in one transaction.
    void append(DuckDBConnection connection, List<LoggedFrame> frames, long upTo) throws SQLException {
        var grown = dictionary.copy();
        long added = frames.stream().mapToLong(frame -> frame.readings().size()).sum();
        var moved = new Span(span.first, upTo, span.readings + added);
        var reached = times;
        for (var frame : frames) for (var reading : frame.readings()) reached = reached.with(reading.timeMs());
        // wider before the readings are there, so that none of them is overlooked
        times = reached;
        try {
            connection.setAutoCommit(false);
            // The driver begins a transaction with the first statement, and an appender is none: rows that were
            // appended first would be committed by themselves.
            Sql.execute(connection, "UPDATE " + catalog + ".span SET next = ?, readings = ?", upTo, moved.readings);
            try (var appender = connection.createAppender(catalog, "main", "reading")) {
                for (var frame : frames) {
                    int device = grown.device(frame.device());
                    for (var reading : frame.readings())
                        row(appender, device, grown.quantity(reading.name(), reading.unit()), frame, reading);
                }
            }
            grown.store(connection, catalog, dictionary);
            connection.commit();
            // A crash before the commit leaves neither readings nor cursor, one after it leaves both: exactly once.
            dictionary = grown;
            span = moved;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    /// Writes a file of the same month without the readings of these leaves, and puts it in this one's place. What a
    /// database deletes stays in its file; what is not copied never was in the new one.
    ///
    /// @return the month as it is then; this one is detached
    Month without(DuckDBConnection connection, Path folder, String origin, int part, Collection<Long> leaves)
            throws SQLException, SeriesDamaged, IOException {
        Path file = folder.resolve(month + SUFFIX);
        Path fresh = folder.resolve(month + FRESH);
        String n = catalog + "_fresh";
        connection.setAutoCommit(true);
        // A call before this one may have failed half way.
        Sql.execute(connection, "DETACH DATABASE IF EXISTS " + n);
        Files.deleteIfExists(fresh);
        Files.deleteIfExists(folder.resolve(month + FRESH + ".wal"));
        Sql.execute(connection, "CREATE OR REPLACE TEMP TABLE erased(idx BIGINT)");
        try (var appender = connection.createAppender("temp", "main", "erased")) {
            for (long leaf : leaves) appender.beginRow().append(leaf).endRow();
        }
        Sql.execute(connection, "ATTACH " + Sql.quoted(fresh.toString()) + " AS " + n);
        Sql.execute(connection, "CREATE TABLE " + n + ".device AS SELECT * FROM " + catalog + ".device ORDER BY id");
        // Names that only erased readings had go with them, for one that no device can have; numbers stay, since who
        // reads a slice after the other has looked them up before.
        Sql.execute(
                connection,
                ("CREATE TABLE %2$s.quantity AS SELECT id, CASE WHEN used THEN name ELSE '-erased-' || id END AS name,"
                                + " CASE WHEN used THEN unit END AS unit FROM (SELECT *, id IN (SELECT quantity FROM %1$s.reading"
                                + " WHERE idx NOT IN (SELECT idx FROM temp.erased)) AS used FROM %1$s.quantity) ORDER BY id")
                        .formatted(catalog, n));
        Sql.execute(
                connection,
                "CREATE TABLE %2$s.reading AS SELECT * FROM %1$s.reading WHERE idx NOT IN (SELECT idx FROM temp.erased)"
                        .formatted(catalog, n));
        Sql.execute(
                connection,
                ("CREATE TABLE %2$s.span AS SELECT origin, first, next, (SELECT count(*) FROM %2$s.reading)::BIGINT AS"
                                + " readings FROM %1$s.span")
                        .formatted(catalog, n));
        Sql.execute(connection, "CHECKPOINT " + n);
        Sql.execute(connection, "DETACH " + n);
        Sql.execute(connection, "DROP TABLE temp.erased");
        detach(connection);
        // Crash point: the old file is still there and counts; the new one is deleted at the next start.
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(folder.resolve(month + SUFFIX + ".wal"));
        Directories.sync(folder);
        // Crash point: the new file is there.
        return open(connection, folder, month, origin, part);
    }

    private static void row(DuckDBAppender appender, int device, int quantity, LoggedFrame frame, Reading reading)
            throws SQLException {
        appender.beginRow().append(device).append(quantity).append(reading.timeMs());
        switch (reading.value()) {
            case Value.Number(double value) ->
                appender.append(value).appendNull().append(Rows.NUMBER);
            case Value.Flag(boolean value) ->
                appender.append(value ? 1.0 : 0.0).appendNull().append(Rows.FLAG);
            case Value.Text(String value) -> appender.appendNull().append(value).append(Rows.TEXT);
            case Value.Data(byte[] value) ->
                appender.appendNull()
                        .append(Base64.getUrlEncoder().withoutPadding().encodeToString(value))
                        .append(Rows.DATA);
        }
        appender.append(reading.relativeTime())
                .append(frame.index())
                .append(Rows.code(frame.trust()))
                .endRow();
    }
}
