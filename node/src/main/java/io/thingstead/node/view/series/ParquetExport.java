package io.thingstead.node.view.series;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// Has the database write readings to a file in Parquet, in a folder that holds nothing else and is emptied at each
/// start.
final class ParquetExport {
    private static final String ROWS_IN_GROUP = "100000";

    private final Path folder;

    ParquetExport(Path folder) {
        this.folder = folder;
    }

    /// A crash may have left files.
    void clear() throws IOException {
        Files.createDirectories(folder);
        try (var left = Files.list(folder)) {
            for (var file : left.toList()) Files.delete(file);
        }
    }

    ParquetFile write(Connection connection, List<Selected> months) throws SQLException, IOException {
        var file = new ParquetFile(Files.createTempFile(folder, "readings-", ".parquet"));
        try {
            Sql.execute(connection, "SET TimeZone = 'UTC'");
            Sql.execute(
                    connection,
                    "COPY (" + rows(months) + ") TO " + Sql.quoted(file.path().toString())
                            + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROWS_IN_GROUP + ")");
            return file;
        } catch (SQLException e) {
            file.close();
            throw e;
        }
    }

    private static String rows(List<Selected> months) {
        if (months.isEmpty()) return Columns.none();
        // Rows come as they were appended: in the order of the log.
        return months.stream()
                .map(selected -> "SELECT " + Columns.of() + " FROM (SELECT * FROM "
                        + selected.month().catalog() + ".reading WHERE " + selected.condition() + ") r JOIN "
                        + selected.month().catalog() + ".device d ON d.id = r.device JOIN "
                        + selected.month().catalog() + ".quantity q ON q.id = r.quantity")
                .collect(Collectors.joining(" UNION ALL "));
    }
}
