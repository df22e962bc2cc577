package io.thingstead.node.view.series;

import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;

/// What the numbers of a file come to in each quarter of an hour, so that a chart of months need not look at every
/// reading. It covers the file's leaves up to one that only moves on; readings of later leaves are looked at one by
/// one. Made from the readings in the same file, a part at a time, while the series grow.
final class Quarters {
    static final long WIDTH_MS = 900_000;

    private final String catalog;
    private final int part;
    private volatile long next;
    private boolean inOrder;

    /// @param part about how many readings are summed up at a time
    private Quarters(String catalog, int part) {
        this.catalog = catalog;
        this.part = part;
    }

    /// Of a file that has none yet: they begin at its first leaf.
    static Quarters create(Connection connection, String catalog, long first, int part) throws SQLException {
        Sql.execute(
                connection,
                "CREATE TABLE IF NOT EXISTS " + catalog + ".quarter(device INTEGER, quantity INTEGER, quarter BIGINT,"
                        + " count BIGINT, offsets DOUBLE, least DOUBLE, most DOUBLE, total DOUBLE)");
        Sql.execute(connection, "CREATE TABLE IF NOT EXISTS " + catalog + ".summed(next BIGINT, in_order BOOLEAN)");
        Sql.execute(
                connection,
                "INSERT INTO " + catalog + ".summed SELECT ?, false WHERE NOT EXISTS (FROM " + catalog + ".summed)",
                first);
        return open(connection, catalog, part);
    }

    private static Quarters open(Connection connection, String catalog, int part) throws SQLException {
        var opened = new Quarters(catalog, part);
        Sql.query(
                connection,
                row -> {
                    opened.next = row.getLong(1);
                    opened.inOrder = row.getBoolean(2);
                },
                "SELECT next, in_order FROM " + catalog + ".summed");
        return opened;
    }

    /// Leaves before this one are covered, as a reader's transaction sees it.
    long next(Connection connection) throws SQLException {
        var found = new long[1];
        Sql.query(connection, row -> found[0] = row.getLong(1), "SELECT next FROM " + catalog + ".summed");
        return found[0];
    }

    /// Does a part of what is to be done, if anything is.
    ///
    /// @param isClosed no readings come any more
    boolean work(DuckDBConnection connection, Month.Span span, boolean isClosed) throws SQLException {
        if (next < span.next()) {
            long leaves = span.next() - span.first();
            long each = Math.max(1, part * leaves / Math.max(1, span.readings()));
            if (!isClosed && span.next() - next < each) return false;
            sumUp(connection, Math.min(span.next(), next + each));
            return true;
        }
        if (!isClosed || inOrder) return false;
        putInOrder(connection);
        return true;
    }

    private void sumUp(DuckDBConnection connection, long upTo) throws SQLException {
        inOneTransaction(connection, () -> {
            Sql.execute(
                    connection,
                    "INSERT INTO " + catalog + ".quarter SELECT device, quantity, time_ms // ?, count(*),"
                            + " sum((time_ms % ?)::DOUBLE), min(number), max(number), sum(number)"
                            + " FROM " + catalog + ".reading WHERE idx >= ? AND idx < ? AND number IS NOT NULL"
                            + " GROUP BY ALL ORDER BY ALL",
                    WIDTH_MS,
                    WIDTH_MS,
                    next,
                    upTo);
            Sql.execute(connection, "UPDATE " + catalog + ".summed SET next = ?, in_order = false", upTo);
        });
        next = upTo;
        inOrder = false;
    }

    /// The parts of a quarter become one, and what belongs to a device stands together, so that a chart reads little.
    private void putInOrder(DuckDBConnection connection) throws SQLException {
        inOneTransaction(connection, () -> {
            Sql.execute(
                    connection,
                    "CREATE TABLE " + catalog + ".ordered AS SELECT device, quantity, quarter,"
                            + " sum(count)::BIGINT AS count, sum(offsets) AS offsets, min(least) AS least,"
                            + " max(most) AS most, sum(total) AS total FROM " + catalog + ".quarter"
                            + " GROUP BY device, quantity, quarter ORDER BY device, quantity, quarter");
            Sql.execute(connection, "DROP TABLE " + catalog + ".quarter");
            Sql.execute(connection, "ALTER TABLE " + catalog + ".ordered RENAME TO quarter");
            Sql.execute(connection, "UPDATE " + catalog + ".summed SET in_order = true");
        });
        inOrder = true;
    }

    private interface Statements {
        void execute() throws SQLException;
    }

    /// A crash before the commit leaves what was before; one after it leaves all of it.
    private static void inOneTransaction(DuckDBConnection connection, Statements statements) throws SQLException {
        try {
            connection.setAutoCommit(false);
            statements.execute();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }
}
