package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Sums up the numbers of a stretch of time in buckets of equal width, across files. Wide buckets are whole quarters of
/// an hour, which the files have summed up already.
final class Buckets {
    /// From this width on, buckets are made of quarters.
    private static final long WIDE_MS = 600_000;

    private static final String SUMS =
            "count(*), sum((time_ms - ?)::DOUBLE), min(number), max(number), sum(number) FROM ";

    private final long fromMs;
    private final long toMs;
    private final boolean isWide;
    private final long baseMs;
    private final long widthMs;
    private final TreeMap<Long, Sums> sums = new TreeMap<>();

    /// `offsets` is the sum of the readings' times since the first bucket's start.
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

    /// A device's quantity in one file.
    private record Place(Connection connection, String table, int device, String quantities) {}

    Buckets(long fromMs, long toMs, int points) {
        this.fromMs = fromMs;
        this.toMs = toMs;
        long width = Math.max(1, Math.ceilDiv(toMs - fromMs, points));
        isWide = width >= WIDE_MS;
        baseMs = isWide ? Quarters.WIDTH_MS * Math.floorDiv(fromMs, Quarters.WIDTH_MS) : fromMs;
        widthMs = isWide
                ? Quarters.WIDTH_MS * Math.ceilDiv(Math.ceilDiv(toMs - baseMs, points), Quarters.WIDTH_MS)
                : width;
    }

    /// In one transaction, so that what is summed up and what is not is the same for all that is asked.
    void add(Connection connection, Month month, DeviceId device, String name) throws SQLException {
        if (!month.mayHave(fromMs, toMs)) return;
        var dictionary = month.dictionary();
        var number = dictionary.find(device);
        var quantities = dictionary.find(name);
        if (number.isEmpty() || quantities.isEmpty()) return;
        var place = new Place(connection, month.catalog(), number.getAsInt(), Sql.numbers(quantities));
        if (!isWide) {
            readings(place, fromMs, toMs, "");
            return;
        }
        long firstMs = Quarters.WIDTH_MS * Math.ceilDiv(fromMs, Quarters.WIDTH_MS);
        long lastMs = Math.max(firstMs, Quarters.WIDTH_MS * Math.floorDiv(toMs, Quarters.WIDTH_MS));
        long next = month.quarters().next(connection);
        quarters(place, firstMs, lastMs);
        String covered = " AND idx < " + next;
        if (month.mayHave(fromMs, firstMs)) readings(place, fromMs, Math.min(firstMs, toMs), covered);
        if (month.mayHave(lastMs, toMs)) readings(place, lastMs, toMs, covered);
        if (next < month.span().next()) readings(place, fromMs, toMs, " AND idx >= " + next);
    }

    private void quarters(Place place, long firstMs, long lastMs) throws SQLException {
        collect(
                place,
                "SELECT (quarter * ? - ?) // ?, sum(count)::BIGINT, sum(offsets + count * (quarter * ? - ?)::DOUBLE),"
                        + " min(least), max(most), sum(total) FROM " + place.table + ".quarter",
                " AND quarter >= ? AND quarter < ?",
                Quarters.WIDTH_MS,
                baseMs,
                widthMs,
                Quarters.WIDTH_MS,
                baseMs,
                place.device,
                firstMs / Quarters.WIDTH_MS,
                lastMs / Quarters.WIDTH_MS);
    }

    private void readings(Place place, long startMs, long endMs, String which) throws SQLException {
        if (startMs >= endMs) return;
        collect(
                place,
                "SELECT (time_ms - ?) // ?, " + SUMS + place.table + ".reading",
                " AND time_ms >= ? AND time_ms < ? AND number IS NOT NULL" + which,
                baseMs,
                widthMs,
                baseMs,
                place.device,
                startMs,
                endMs);
    }

    private void collect(Place place, String select, String where, Object... values) throws SQLException {
        Sql.query(
                place.connection,
                row -> sums.merge(
                        row.getLong(1),
                        new Sums(
                                row.getLong(2), row.getDouble(3), row.getDouble(4), row.getDouble(5), row.getDouble(6)),
                        Sums::plus),
                select + " WHERE device = ? AND quantity IN (" + place.quantities + ")" + where + " GROUP BY 1",
                values);
    }

    List<Bucket> inOrder() {
        var all = new ArrayList<Bucket>(sums.size());
        for (var sum : sums.values())
            all.add(new Bucket(
                    baseMs + Math.round(sum.offsets / sum.count), sum.min, sum.max, sum.total / sum.count, sum.count));
        return all;
    }
}
