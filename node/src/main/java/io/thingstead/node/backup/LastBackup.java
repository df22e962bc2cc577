package io.thingstead.node.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;

/// When the last backup of a data folder was made, in its file `last-backup`.
public final class LastBackup {
    private static final String FILE = "last-backup";
    private static final int MAX_BYTES = 100;

    private LastBackup() {}

    /// A backup was made and verified.
    public static void made(Path data, long nowMs) {
        Path partial = data.resolve(FILE + ".partial");
        try {
            Files.writeString(partial, nowMs + "\n");
            Files.move(
                    partial, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write when the last backup was made" + ": " + e, e);
        }
    }

    /// Its time, empty where there was none.
    public static OptionalLong madeMs(Path data) {
        Path file = data.resolve(FILE);
        try {
            if (!Files.exists(file) || Files.size(file) > MAX_BYTES) return OptionalLong.empty();
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
