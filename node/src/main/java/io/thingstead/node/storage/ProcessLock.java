package io.thingstead.node.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import org.jspecify.annotations.Nullable;

/// A file that one process at a time holds. The operating system frees the lock of a process that dies, so a lock file
/// left behind by a crash holds nobody up.
public final class ProcessLock {
    private ProcessLock() {}

    /// Whether the file is held from now on, until the channel is closed; else somebody holds it, maybe in this
    /// process.
    public static boolean take(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
