package io.thingstead.node.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What an export is written as.
enum ExportFormat {
    CSV("text/csv", "csv"),
    NDJSON("application/x-ndjson", "ndjson"),
    PARQUET("application/vnd.apache.parquet", "parquet");

    private final String mediaType;
    private final String suffix;

    ExportFormat(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    String mediaType() {
        return mediaType;
    }

    String fileName() {
        return "readings." + suffix;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ExportFormat> of(String label) {
        return Arrays.stream(values())
                .filter(format -> format.label().equals(label))
                .findFirst();
    }

    /// All of them as an expression of a parameter.
    static String expression() {
        return Arrays.stream(values()).map(ExportFormat::label).collect(Collectors.joining("|"));
    }
}
