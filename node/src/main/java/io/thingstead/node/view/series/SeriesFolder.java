package io.thingstead.node.view.series;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.duckdb.DuckDBConnection;

/// The folder with the month files of one log's series.
record SeriesFolder(Path path, String origin) {
    void create() throws IOException {
        Files.createDirectories(path);
        try (var files = Files.list(path)) {
            for (var left : files.toList())
                if (String.valueOf(left.getFileName()).contains(Month.FRESH)) Files.delete(left);
        }
    }

    /// Opens all files, oldest first, and checks that their spans cover the log's beginning without a hole.
    List<Month> attach(DuckDBConnection connection, long logSize, int part)
            throws SQLException, SeriesDamaged, IOException {
        var months = new ArrayList<Month>();
        long next = 0;
        for (var yearMonth : files()) {
            var month = Month.open(connection, path, yearMonth, origin, part);
            var span = month.span();
            if (span.first() != next)
                throw new SeriesDamaged("leaves %d to %d are in no file".formatted(next, span.first() - 1));
            next = span.next();
            months.add(month);
        }
        if (next > logSize) throw new SeriesDamaged("it has %d leaves, but the log only %d".formatted(next, logSize));
        if (months.isEmpty() && logSize > 0) throw new SeriesDamaged("there are no files");
        return months;
    }

    private List<YearMonth> files() throws IOException, SeriesDamaged {
        var found = new ArrayList<YearMonth>();
        try (var files = Files.list(path)) {
            for (var file : files.map(file -> file.getFileName().toString()).toList()) {
                if (!file.endsWith(Month.SUFFIX)) continue;
                try {
                    found.add(YearMonth.parse(file.substring(0, file.length() - Month.SUFFIX.length())));
                } catch (DateTimeParseException e) {
                    throw new SeriesDamaged("a strange file is there: " + file);
                }
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    void delete() throws IOException {
        if (!Files.isDirectory(path)) return;
        try (var files = Files.list(path)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(Month.SUFFIX) || name.endsWith(Month.SUFFIX + ".wal")) Files.delete(file);
            }
        }
    }

    long sizeBytes() {
        try (var files = Files.walk(path)) {
            return files.mapToLong(file -> {
                        try {
                            return Files.isRegularFile(file) ? Files.size(file) : 0;
                        } catch (IOException e) {
                            // gone between listing and asking: the database replaces its write-ahead file
                            return 0;
                        }
                    })
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
