package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeMap;

/// Sums up the numbers of a stretch of time in buckets of equal width, across files.
final class Buckets {
    private final long fromMs;
    private final long toMs;
    private final long widthMs;
    private final TreeMap<Long, Sums> sums = new TreeMap<>();

    /// `offsets` is the sum of the readings' times since `fromMs`.
    private record Sums(long count, double offsets, double min, double max, double total) {
        Sums plus(Sums other) {
            return new Sums(
                    count + other.count,
                    offsets + other.offsets,
                    Math.min(min, other.min),
                    Math.max(max, other.max),
                    total + other.total);
        }
    }

    Buckets(long fromMs, long toMs, int points) {
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.widthMs = Math.max(1, Math.ceilDiv(toMs - fromMs, points));
    }

    void add(Connection connection, Month month, DeviceId device, String name) throws SQLException {
        var dictionary = month.dictionary();
        var number = dictionary.find(device);
        var quantities = dictionary.find(name);
        if (number.isEmpty() || quantities.isEmpty()) return;
        Sql.query(
                connection,
                row -> sums.merge(
                        row.getLong(1),
                        new Sums(
                                row.getLong(2), row.getDouble(3), row.getDouble(4), row.getDouble(5), row.getDouble(6)),
                        Sums::plus),
                "SELECT (time_ms - ?) // ? AS bucket, count(*), sum((time_ms - ?)::DOUBLE), min(number), max(number), sum(number)"
                        + " FROM " + month.catalog() + ".reading WHERE device = ? AND quantity IN ("
                        + Sql.numbers(quantities) + ")"
                        + " AND time_ms >= ? AND time_ms < ? AND number IS NOT NULL GROUP BY bucket",
                fromMs,
                widthMs,
                fromMs,
                number.getAsInt(),
                fromMs,
                toMs);
    }

    List<Bucket> inOrder() {
        return sums.values().stream()
                .map(sum -> new Bucket(
                        fromMs + Math.round(sum.offsets / sum.count),
                        sum.min,
                        sum.max,
                        sum.total / sum.count,
                        sum.count))
                .toList();
    }
}
