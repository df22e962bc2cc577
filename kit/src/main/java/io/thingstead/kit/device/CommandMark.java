package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The number of the newest command that a device has begun, on disk: `"TSCMD1\0\0" ‖ number u64 ‖ CRC-32C u32`. It is
/// written before the command is executed, so that no crash makes the device execute it twice. Confined to one thread.
public final class CommandMark {
    private static final byte[] MAGIC = {'T', 'S', 'C', 'M', 'D', '1', 0, 0};
    private static final int BYTES = 20;

    private final Path path;
    private long number;

    private CommandMark(Path path, long number) {
        this.path = path;
        this.number = number;
    }

    /// Reads the mark in this file; a new file means that nothing was begun.
    public static CommandMark open(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return new CommandMark(file, Files.exists(file) ? read(file) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the mark of commands " + file, e);
        }
    }

    private static long read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || in.getInt(BYTES - 4) != crc(bytes)) {
            throw new IOException(
                    "damaged: commands that were executed might be executed again. Restore the file from a"
                            + " copy, or delete it when no command to this device is open");
        }
        return in.getLong(MAGIC.length);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BYTES - 4);
        return (int) crc.getValue();
    }

    long number() {
        return number;
    }

    /// Durable when this returns.
    void begin(long next) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).put(MAGIC).putLong(next);
        bytes.putInt(crc(bytes.array())).flip();
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            // A crash before this leaves the command not begun: it is handed over again, and executed then. One after
            // it
            // leaves it begun: it is not executed again, and the device says that it cannot tell.
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            Directories.sync(Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the mark of commands " + path, e);
        }
        number = next;
    }
}
