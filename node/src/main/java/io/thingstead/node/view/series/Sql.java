package io.thingstead.node.view.series;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// The few shapes in which this package speaks to the database.
final class Sql {
    private Sql() {}

    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    static void execute(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = prepared(connection, sql, values)) {
            statement.execute();
        }
    }

    static void query(Connection connection, RowReader reader, String sql, Object... values) throws SQLException {
        try (var statement = prepared(connection, sql, values);
                var rows = statement.executeQuery()) {
            while (rows.next()) reader.read(rows);
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
    }

    static String numbers(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
