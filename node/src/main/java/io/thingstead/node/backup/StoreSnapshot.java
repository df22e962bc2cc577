package io.thingstead.node.backup;

import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.storage.ProcessLock;
import io.thingstead.node.storage.RocksStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// The snapshot of the store from which a backup is written: links to its tables, in a folder of the data folder. The
/// node makes it, the command that writes the backup holds it meanwhile and takes it away, with what others left
/// behind.
public final class StoreSnapshot implements AutoCloseable {
    private static final String FOLDER = "backup-snapshot";
    private static final String LOCK = "backup.lock";

    private final Path data;
    private final FileChannel channel;

    private StoreSnapshot(Path data, FileChannel channel) {
        this.data = data;
        this.channel = channel;
    }

    /// Makes sure that no other backup of this folder is under way until this is closed.
    public static StoreSnapshot hold(Path data) {
        try {
            FileChannel channel =
                    FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!ProcessLock.take(channel)) {
                channel.close();
                throw new BackupException(Code.TARGET, "another backup of " + data + " is under way");
            }
            Folders.delete(in(data));
            return new StoreSnapshot(data, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot back up " + data + ": " + e, e);
        }
    }

    /// Takes a snapshot, in the process that has the store open. Each has a folder of its own: one that is being copied
    /// stays as it is.
    public static Path take(Path data, RocksStore store) {
        Path folder = in(data).resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(in(data));
            store.snapshot(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take a snapshot in " + folder + ": " + e, e);
        }
    }

    /// The one that the node says it has taken.
    public static Path named(Path data, String name) {
        Path folder = in(data).resolve(name).normalize();
        if (!in(data).normalize().equals(folder.getParent()) || !Files.isDirectory(folder)) {
            throw new BackupException(
                    Code.NOTHING, "the node took no snapshot that is in " + in(data) + ": is it of this version?");
        }
        return folder;
    }

    /// Where they stand.
    public static Path in(Path data) {
        return data.resolve(FOLDER);
    }

    /// Takes away what a backup that did not come to its end left behind: it keeps room on the disk. One that is under
    /// way is let be.
    public static void forget(Path data) {
        if (!Files.exists(in(data))) return;
        try (StoreSnapshot _ = hold(data)) {
            // closing it takes the snapshot away
        } catch (BackupException e) {
            // its holder takes it away
        }
    }

    @Override
    public void close() {
        try {
            Folders.delete(in(data));
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take away " + in(data) + ": " + e, e);
        }
    }
}
