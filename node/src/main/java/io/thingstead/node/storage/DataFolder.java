package io.thingstead.node.storage;

import io.thingstead.node.storage.StoreException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A node's data folder, held by one process at a time.
public final class DataFolder implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Creates the folder where it is missing, readable by its owner only, and locks it. One of another version than
    /// this program's is refused, before anything in it is opened.
    public static DataFolder open(Path path) {
        var folder = lock(path);
        try {
            int version = FolderVersion.of(path);
            if (version == FolderVersion.NONE) FolderVersion.write(path, FolderVersion.CURRENT);
            else FolderVersion.require(path, version);
            return folder;
        } catch (StoreException e) {
            folder.close();
            throw e;
        }
    }

    /// Does the same with a folder of any version, for who looks at that.
    public static DataFolder lock(Path path) {
        try {
            if (!Files.isDirectory(path)) create(path);
            var channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!ProcessLock.take(channel)) {
                var holder = holder(channel);
                channel.close();
                throw new StoreException(
                        Category.LOCKED,
                        "the data folder %s is in use by another process%s: stop that one first, or choose another folder"
                                .formatted(path, holder));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot open the data folder %s: %s".formatted(path, e), e);
        }
    }

    public Path path() {
        return path;
    }

    private static void create(Path path) throws IOException {
        Files.createDirectories(path);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix"))
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        var pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException(Category.IO, "cannot release the data folder " + path, e);
        }
    }
}
