package io.thingstead.kit.merkle;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Public test vectors, read where they lie; a missing folder skips the test loudly.
final class Vectors {
    private Vectors() {}

    static Path folder(String name) {
        var folder = Path.of(System.getProperty("vectors", "../../shared/vectors"), name);
        if (!Files.isDirectory(folder)) {
            System.err.println("SKIPPED: no test vectors at " + folder.toAbsolutePath());
            abort("no test vectors at " + folder.toAbsolutePath());
        }
        return folder;
    }

    static List<Path> files(Path folder, String suffix) {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(f -> f.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
