package io.thingstead.node.backup;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.node.backup.BackupException.Code;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Where a backup is written: a folder, or one file (ZIP) when its name ends so. Until it is verified it stands beside,
/// under the name with `.partial`; only then it gets its own. What a crash leaves is no backup, and the next one
/// overwrites it.
abstract sealed class BackupTarget implements AutoCloseable {
    private static final String PARTIAL = ".partial";
    private static final String MARK = "not-finished";

    private final Path target;
    final Path partial;

    private BackupTarget(Path target, Path partial) {
        this.target = target;
        this.partial = partial;
    }

    static BackupTarget of(Path target) throws IOException {
        Path file = target.toAbsolutePath().normalize();
        Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
        if (Files.exists(file)) {
            throw new BackupException(Code.TARGET, target + " is there already: name another place for this backup");
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent(), "a file stands in a folder"));
        return BackupSource.isFile(target) ? new Zip(file, partial) : new Folder(file, partial);
    }

    /// A file of the backup, to be written and closed before the next one.
    abstract OutputStream file(String name) throws IOException;

    /// All is written: returns when it is on disk.
    abstract void written() throws IOException;

    /// It was read again, and is what was written.
    abstract void verified() throws IOException;

    /// What was written, to be read again.
    BackupSource again() throws IOException {
        return BackupSource.open(partial, this instanceof Zip);
    }

    /// Gives it its own name. Returns when that is on disk.
    final void done() throws IOException {
        verified();
        // A crash before: there is none. After: it is there whole.
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(Objects.requireNonNull(target.getParent(), "a file stands in a folder"));
    }

    @Override
    public abstract void close() throws IOException;

    private static FileChannel create(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static final class Folder extends BackupTarget {
        private Folder(Path target, Path partial) throws IOException {
            super(target, partial);
            if (Files.exists(partial) && !Files.exists(partial.resolve(MARK))) {
                throw new BackupException(
                        Code.TARGET, partial + " is there, and is not what a backup left: move it elsewhere");
            }
            Folders.delete(partial);
            Folders.createPrivate(partial);
            create(partial.resolve(MARK)).close();
        }

        @Override
        OutputStream file(String name) throws IOException {
            Path file = partial.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent(), "a file stands in a folder"));
            FileChannel channel = create(file);
            return new FilterOutputStream(Channels.newOutputStream(channel)) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void close() throws IOException {
                    channel.force(true);
                    super.close();
                }
            };
        }

        @Override
        void written() throws IOException {
            Folders.sync(partial);
        }

        @Override
        void verified() throws IOException {
            Files.delete(partial.resolve(MARK));
            Directories.sync(partial);
        }

        @Override
        public void close() {
            // each file was closed
        }
    }

    private static final class Zip extends BackupTarget {
        private final FileChannel channel;
        private final ZipOutputStream zip;

        private Zip(Path target, Path partial) throws IOException {
            super(target, partial);
            channel = create(partial);
            zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
            // The store's tables are compressed already.
            zip.setLevel(Deflater.NO_COMPRESSION);
        }

        @Override
        OutputStream file(String name) throws IOException {
            zip.putNextEntry(new ZipEntry(name));
            return new FilterOutputStream(zip) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void close() throws IOException {
                    zip.closeEntry();
                }
            };
        }

        @Override
        void written() throws IOException {
            zip.finish();
            zip.flush();
            channel.force(true);
        }

        @Override
        void verified() {
            // its name alone says so
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
