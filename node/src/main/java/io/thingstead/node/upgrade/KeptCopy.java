package io.thingstead.node.upgrade;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.node.storage.FolderVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The store of a data folder as it was before an upgrade, in the folder `before-upgrade`: links to its tables, which
/// never change, and copies of its few other files. It costs no room until compaction has replaced the tables.
final class KeptCopy {
    private static final String NAME = "before-upgrade";
    private static final String STORE = "store";
    private static final String LEFT = "left-at";
    private static final String TABLE = ".sst";

    private final Path data;
    private final Path copy;

    KeptCopy(Path data) {
        this.data = data;
        this.copy = data.resolve(NAME);
    }

    boolean exists() {
        return Files.isDirectory(copy);
    }

    /// The version that it was of.
    int version() {
        return FolderVersion.of(copy);
    }

    /// Keeps the store as it stands, in place of an older copy. Returns when all of it is on disk.
    void make(int version) throws IOException {
        Path partial = data.resolve(NAME + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        fill(data.resolve(STORE), partial.resolve(STORE));
        FolderVersion.write(partial, version);
        // A crash before: what has its own name is whole, or not there.
        delete(copy);
        Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(data);
    }

    /// Puts the store back as it was; the copy stays. To be done again after a crash.
    void putBack() throws IOException {
        delete(data.resolve(STORE));
        fill(copy.resolve(STORE), data.resolve(STORE));
        FolderVersion.write(data, version());
    }

    /// Keeps at which change of the store the upgrade left it.
    void leftAt(long sequence) throws IOException {
        Path file = copy.resolve(LEFT);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.US_ASCII.encode(sequence + "\n"));
            channel.force(true);
        }
        Directories.sync(copy);
    }

    /// Whether that is where the store still is; a mark that cannot be read says no.
    boolean wasLeftAt(long sequence) throws IOException {
        Path file = copy.resolve(LEFT);
        return Files.exists(file)
                && Files.size(file) < 32
                && Files.readString(file).equals(sequence + "\n");
    }

    void delete() throws IOException {
        delete(copy);
        delete(data.resolve(NAME + ".partial"));
        Directories.sync(data);
    }

    private static void fill(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> list = Files.list(from)) {
            files = list.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            // RocksDB's lock and messages.
            if (name.equals("LOCK") || name.equals("LOG") || name.startsWith("LOG.")) continue;
            if (!(name.endsWith(TABLE) && isLinked(file, to.resolve(name)))) copy(file, to.resolve(name));
        }
        Directories.sync(to);
    }

    private static boolean isLinked(Path file, Path to) throws IOException {
        try {
            Files.createLink(to, file);
            return true;
        } catch (UnsupportedOperationException e) {
            return false; // this file system has none
        }
    }

    private static void copy(Path file, Path to) throws IOException {
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
