package io.thingstead.kit;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Public test vectors, read where they lie (`-Dvectors=DIR`). A missing folder skips the test loudly.
public final class Vectors {
    private Vectors() {}

    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty("vectors", "../../shared/vectors"), name);
        if (!Files.isDirectory(folder)) {
            System.err.println("SKIPPED: no test vectors at " + folder.toAbsolutePath());
            abort("no test vectors at " + folder.toAbsolutePath());
        }
        return folder;
    }

    /// All files below the folder with that ending, in the order of their names.
    public static List<Path> files(Path folder, String ending) {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void report(String what) {
        System.out.println("vectors: " + what);
    }
}
