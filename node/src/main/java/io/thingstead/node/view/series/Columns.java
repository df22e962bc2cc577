package io.thingstead.node.view.series;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The readings as columns that people and programs know, out of the rows of the files. Fixed, and added to only: they
/// are those of Parquet files and of SQL.
final class Columns {
    private Columns() {}

    /// Of a month's rows `r` with its `device` and `quantity`.
    static String of() {
        return "timezone('UTC', epoch_ms(r.time_ms)) AS \"time\", d.name AS device, q.name AS \"name\", q.unit AS unit,"
                + " r.number AS number, r.text AS \"text\", " + kind("r.kind") + " AS kind, r.relative AS relative, "
                + trust("r.trust") + " AS trust, r.idx AS \"index\"";
    }

    /// The same columns without a row.
    static String none() {
        return "SELECT NULL::TIMESTAMPTZ AS \"time\", NULL::VARCHAR AS device, NULL::VARCHAR AS \"name\", NULL::VARCHAR AS unit,"
                + " NULL::DOUBLE AS number, NULL::VARCHAR AS \"text\", NULL::VARCHAR AS kind, NULL::BOOLEAN AS relative,"
                + " NULL::VARCHAR AS trust, NULL::BIGINT AS \"index\" LIMIT 0";
    }

    static String kind(String column) {
        return "CASE " + column + " "
                + Stream.of(
                                when(Rows.NUMBER, "number"),
                                when(Rows.FLAG, "flag"),
                                when(Rows.TEXT, "text"),
                                when(Rows.DATA, "data"))
                        .collect(Collectors.joining(" "))
                + " END";
    }

    static String trust(String column) {
        return "CASE " + column + " "
                + Stream.of(io.thingstead.kit.model.TrustLevel.values())
                        .map(level -> when(Rows.code(level), level.label()))
                        .collect(Collectors.joining(" "))
                + " END";
    }

    private static String when(byte code, String label) {
        return "WHEN " + code + " THEN '" + label + "'";
    }
}
