package io.thingstead.node.storage;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.node.storage.StoreException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The version of a data folder's layout, in its file `version`: a decimal number. It is looked at before anything else
/// in the folder is opened. A folder without the file, in which there is a store, is of the first version.
public final class FolderVersion {
    /// No store is there yet: the folder is of whichever version comes first.
    public static final int NONE = 0;

    public static final int FIRST = 1;

    /// What this program reads and writes.
    public static final int CURRENT = 2;

    public static final String FILE = "version";

    /// The mark of an upgrade, or of its rollback, that is under way.
    public static final String UPGRADING = "upgrading";

    private static final String STORE = "store";
    private static final int MAX_DIGITS = 6;

    private FolderVersion() {}

    /// What the folder says; throws where the file says nothing that is a version.
    public static int of(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) return Files.isDirectory(folder.resolve(STORE)) ? FIRST : NONE;
            var text = new String(start(file), StandardCharsets.US_ASCII).strip();
            if (!text.matches("[1-9][0-9]{0,%d}".formatted(MAX_DIGITS - 1)))
                throw new StoreException(
                        Category.CORRUPT,
                        ("upgrade.version: %s does not say which version the data folder is of: write the number into it"
                                        + " that it had, or restore a backup into an empty folder")
                                .formatted(file));
            return Integer.parseInt(text);
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot read %s: %s".formatted(file, e), e);
        }
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_DIGITS + 2);
        }
    }

    /// Says that the folder is of this version. Returns when that is on disk.
    public static void write(Path folder, int version) {
        Path file = folder.resolve(FILE);
        Path partial = folder.resolve(FILE + ".partial");
        try {
            if (version == FIRST) {
                // Programs of that time know of no such file.
                Files.deleteIfExists(file);
            } else {
                try (var channel = FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
                    channel.write(StandardCharsets.US_ASCII.encode(version + "\n"));
                    channel.force(true);
                }
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            Directories.sync(folder);
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot write %s: %s".formatted(file, e), e);
        }
    }

    /// Refuses a folder of another version than this program's, or one between two versions.
    static void require(Path folder, int version) {
        if (Files.exists(folder.resolve(UPGRADING)))
            throw new StoreException(
                    Category.OLDER,
                    ("upgrade.unfinished: an upgrade of the data folder %s, or going back from one, did not come to its end:"
                                    + " start a node there, or run `thingstead upgrade --data %s` (with `--rollback` to go back)")
                            .formatted(folder, folder));
        if (version > CURRENT) throw newer(folder, version);
        if (version < CURRENT)
            throw new StoreException(
                    Category.OLDER,
                    ("upgrade.older: the data folder %s is of version %d, and this program works on version %d: a node that"
                                    + " starts there upgrades it, or `thingstead upgrade --data %s` does without starting one")
                            .formatted(folder, version, CURRENT, folder));
    }

    /// What is said of a folder that a newer program wrote.
    public static StoreException newer(Path folder, int version) {
        return new StoreException(
                Category.NEWER,
                ("upgrade.newer: the data folder %s is of version %d, and this program knows versions up to %d: start the"
                                + " newer program, or let that one go back with `thingstead upgrade --rollback`")
                        .formatted(folder, version, CURRENT));
    }
}
