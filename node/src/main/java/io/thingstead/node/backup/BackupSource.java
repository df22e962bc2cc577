package io.thingstead.node.backup;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.backup.BackupManifest.FileEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// A backup that is read: a folder, or one file.
final class BackupSource implements AutoCloseable {
    private static final String ZIP = ".zip";
    private static final int PART_BYTES = 1 << 16;

    private final Path root;
    private final @Nullable FileSystem zip;

    private BackupSource(Path root, @Nullable FileSystem zip) {
        this.root = root;
        this.zip = zip;
    }

    /// Whether a backup of this name is one file.
    static boolean isFile(Path target) {
        return String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT).endsWith(ZIP);
    }

    /// Throws `BackupException` where there is none.
    static BackupSource open(Path path) throws IOException {
        if (!Files.exists(path)) throw new BackupException(Code.INCOMPLETE, "there is no " + path);
        return open(path, Files.isRegularFile(path));
    }

    static BackupSource open(Path path, boolean isZip) throws IOException {
        if (!isZip) return new BackupSource(path, null);
        try {
            FileSystem zip = FileSystems.newFileSystem(path, Map.of("accessMode", "readOnly"));
            return new BackupSource(zip.getPath("/"), zip);
        } catch (ZipException | ProviderNotFoundException e) {
            throw new BackupException(
                    Code.INCOMPLETE, path + " was not written to its end, or is no backup: " + e.getMessage());
        }
    }

    BackupManifest manifest() throws IOException {
        Path file = root.resolve(BackupManifest.NAME);
        if (!Files.isRegularFile(file)) {
            throw new BackupException(
                    Code.INCOMPLETE, "it has no " + BackupManifest.NAME + ": it was not written to its end");
        }
        if (Files.size(file) > BackupManifest.MAX_BYTES) {
            throw new BackupException(Code.DAMAGED, "its manifest is too large to be one");
        }
        return BackupManifest.read(Files.readAllBytes(file));
    }

    /// Copies a file, and requires that it is what was written.
    void copy(FileEntry file, OutputStream out) throws IOException {
        Path path = root.resolve(file.name());
        if (!Files.isRegularFile(path)) throw new BackupException(Code.DAMAGED, file.name() + " is missing in it");
        MessageDigest digest = Sha256.newDigest();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] part = new byte[PART_BYTES];
            for (int length = in.read(part); length >= 0 && bytes <= file.bytes(); length = in.read(part)) {
                digest.update(part, 0, length);
                out.write(part, 0, length);
                bytes += length;
            }
        } catch (ZipException e) {
            throw new BackupException(Code.DAMAGED, file.name() + " cannot be read: " + e.getMessage());
        }
        boolean same = bytes == file.bytes()
                && HexFormat.of().formatHex(digest.digest()).equals(file.sha256());
        if (!same) throw new BackupException(Code.DAMAGED, file.name() + " is not what was written");
    }

    /// Requires that each file is what was written, and that there is no other.
    void check(BackupManifest manifest) throws IOException {
        for (FileEntry file : manifest.files()) copy(file, OutputStream.nullOutputStream());
        Set<String> known = manifest.files().stream().map(FileEntry::name).collect(Collectors.toSet());
        for (Path file : Folders.files(root)) {
            String name = root.relativize(file).toString();
            if (name.startsWith("store/") && !known.contains(name)) {
                throw new BackupException(Code.DAMAGED, name + " is in it, and its manifest does not know it");
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (zip != null) zip.close();
    }
}
