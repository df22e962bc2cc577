package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.view.LoggedReading;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of a file back into readings.
final class Readings {
    private static final String COLUMNS = "device, quantity, time_ms, number, text, kind, relative, idx, trust";
    /// Leaves among which a device's newest readings are looked for first.
    private static final long NEAR = 100_000;

    private Readings() {}

    static void recent(Connection connection, Month month, DeviceId device, int limit, List<LoggedReading> found)
            throws SQLException {
        var number = month.dictionary().find(device);
        if (number.isEmpty()) return;
        var near = new ArrayList<LoggedReading>();
        for (long from : new long[] {month.span().next() - NEAR, 0}) {
            near.clear();
            Sql.query(
                    connection,
                    row -> near.add(reading(row, month)),
                    "SELECT " + COLUMNS + " FROM " + month.catalog() + ".reading WHERE device = ? AND idx >= ?"
                            + " ORDER BY idx DESC, time_ms DESC LIMIT ?",
                    number.getAsInt(),
                    from,
                    limit);
            if (near.size() == limit || from <= month.span().first()) break;
        }
        found.addAll(near);
    }

    static void past(
            Connection connection,
            Month month,
            DeviceId device,
            @Nullable String name,
            long fromMs,
            long toMs,
            int limit,
            List<LoggedReading> found)
            throws SQLException {
        byTime(connection, month, device, name, fromMs, toMs, "time_ms, idx", limit, found);
    }

    static void before(
            Connection connection,
            Month month,
            DeviceId device,
            String name,
            long toMs,
            int limit,
            List<LoggedReading> found)
            throws SQLException {
        byTime(connection, month, device, name, Long.MIN_VALUE, toMs, "time_ms DESC, idx DESC", limit, found);
    }

    private static void byTime(
            Connection connection,
            Month month,
            DeviceId device,
            @Nullable String name,
            long fromMs,
            long toMs,
            String order,
            int limit,
            List<LoggedReading> found)
            throws SQLException {
        var dictionary = month.dictionary();
        var number = dictionary.find(device);
        List<Integer> quantities = name == null ? List.of() : dictionary.find(name);
        if (number.isEmpty() || (name != null && quantities.isEmpty())) return;
        Sql.query(
                connection,
                row -> found.add(reading(row, month)),
                "SELECT " + COLUMNS + " FROM " + month.catalog() + ".reading WHERE device = ?"
                        + (name == null ? "" : " AND quantity IN (" + Sql.numbers(quantities) + ")")
                        + " AND time_ms >= ? AND time_ms < ? ORDER BY " + order + " LIMIT ?",
                number.getAsInt(),
                fromMs,
                toMs,
                limit);
    }

    /// @param condition with the order of the rows
    static void ordered(Connection connection, Month month, String condition, List<LoggedReading> found)
            throws SQLException {
        Sql.query(
                connection,
                row -> found.add(reading(row, month)),
                "SELECT " + COLUMNS + " FROM " + month.catalog() + ".reading WHERE " + condition);
    }

    static List<LoggedReading> latest(Connection connection, Month month) throws SQLException {
        var found = new ArrayList<LoggedReading>();
        var table = month.catalog() + ".reading";
        Sql.query(
                connection,
                row -> found.add(reading(row, month)),
                "WITH newest AS (SELECT device, quantity, max(idx) AS idx FROM " + table + " GROUP BY device, quantity)"
                        + " SELECT " + COLUMNS + " FROM " + table + " JOIN newest USING (device, quantity, idx)"
                        + " QUALIFY row_number() OVER (PARTITION BY device, quantity ORDER BY time_ms DESC) = 1"
                        + " ORDER BY idx DESC");
        return found;
    }

    private static LoggedReading reading(ResultSet row, Month month) throws SQLException {
        var quantity = month.dictionary().quantity(row.getInt(2));
        return new LoggedReading(
                month.dictionary().device(row.getInt(1)),
                row.getLong(8),
                Rows.trust(row.getInt(9)),
                new Reading(quantity.name(), quantity.unit(), value(row), row.getLong(3), row.getBoolean(7)));
    }

    private static Value value(ResultSet row) throws SQLException {
        int kind = row.getInt(6);
        return switch (kind) {
            case Rows.NUMBER -> new Value.Number(row.getDouble(4));
            case Rows.FLAG -> new Value.Flag(row.getDouble(4) != 0);
            case Rows.TEXT -> new Value.Text(row.getString(5));
            case Rows.DATA -> new Value.Data(Base64.getUrlDecoder().decode(row.getString(5)));
            default -> throw new SQLException("a row has the kind " + kind);
        };
    }
}
