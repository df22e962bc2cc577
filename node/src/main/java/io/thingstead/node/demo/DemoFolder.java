package io.thingstead.node.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Where the demo's devices have their keys and buffers, and their names: as long as it is there, there is something of
/// the demo to remove.
public record DemoFolder(Path path) {
    private static final String NAMES = "devices.txt";
    private static final int MOST_BYTES = 65_536;

    /// The names of all devices that the demo ever had here; none where there is no demo, or it was removed.
    public List<String> names() {
        Path file = path.resolve(NAMES);
        try {
            if (!Files.exists(file) || Files.size(file) > MOST_BYTES) return List.of();
            return Files.readAllLines(file).stream()
                    .filter(name -> !name.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read which devices are the demo's: " + file, e);
        }
    }

    /// Before they are registered, so that none is on the ledger that is not known as the demo's.
    void remember(Collection<String> names) {
        var all = new TreeSet<>(names());
        if (!all.addAll(names)) return;
        Path partial = path.resolve(NAMES + ".partial");
        try {
            Files.createDirectories(path);
            Files.write(partial, all);
            Files.move(
                    partial, path.resolve(NAMES), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep which devices are the demo's: " + path, e);
        }
    }

    /// Takes the folder away, the names last.
    public void delete() {
        if (!Files.exists(path)) return;
        try {
            try (var files = Files.list(path)) {
                var order = Comparator.comparing(
                        (Path file) -> file.getFileName().toString().equals(NAMES));
                for (Path file : files.sorted(order).toList()) Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the demo's files in " + path, e);
        }
    }
}
