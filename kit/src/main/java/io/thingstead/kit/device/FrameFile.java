package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.frame.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The file of a [FrameBuffer]: `"TSBUF1\0\0" ‖ last number before the first record u64`, then records
/// `length u32 ‖ CRC-32C of what follows u32 ‖ n u64 ‖ frame`. A record without a frame says that its number is used
/// and
/// nothing waits under it.
///
/// Each record is synced before the next is written. So a record that does not read was torn by a crash, and never
/// promised, when it is the last one: it is cut off. Elsewhere it is damage, and said: to cut it off would give numbers
/// out again.
final class FrameFile implements AutoCloseable {
    /// Gets each whole record as it is read; an empty frame is a number that is used.
    interface Records {
        void record(long n, byte[] frame);
    }

    /// How the file is opened; tests let it fail.
    interface Medium {
        FileChannel open(Path file) throws IOException;
    }

    private static final byte[] MAGIC = {'T', 'S', 'B', 'U', 'F', '1', 0, 0};
    private static final int HEADER = 16;
    private static final int RECORD = 16;
    private static final int MAX_FRAME = Frame.MAX_BYTES;

    private final Path path;
    private final Medium medium;
    private FileChannel channel;
    private FileLock lock;
    private long last;
    /// Where the next record goes. What a failed write left behind it is written over.
    private long end;

    private FrameFile(Path path, Medium medium, FileChannel channel, FileLock lock) {
        this.path = path;
        this.medium = medium;
        this.channel = channel;
        this.lock = lock;
    }

    static FileChannel channel(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    static FrameFile open(Path path, Medium medium, Records records) throws IOException {
        FileChannel channel = medium.open(path);
        try {
            FrameFile file = new FrameFile(path, medium, channel, lock(path, channel));
            file.read(records);
            return file;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static FileLock lock(Path path, FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException(path + " is open already in this process", e);
        }
        throw new IOException(path + " is in use by another process");
    }

    private void read(Records records) throws IOException {
        end = HEADER;
        if (channel.size() < HEADER) {
            // New, or a crash while it was made: no number was given out.
            channel.truncate(0);
            var _ = writeAt(channel, 0, header(0));
            channel.force(true);
            return;
        }
        ByteBuffer header = readAt(0, HEADER);
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException("not a frame buffer");
        }
        last = header.getLong();
        for (long next = readRecord(records); next > 0; next = readRecord(records)) {
            end = next;
        }
        if (!isTornAtEnd()) {
            throw new IOException("damaged at byte " + end + ", and numbers behind it may be used: restore it from a"
                    + " copy, or give the device a new key and an empty buffer");
        }
        channel.truncate(end);
    }

    /// Reads the record at the end so far; returns where the next one stands, or 0 when there is no whole record.
    private long readRecord(Records records) throws IOException {
        long left = channel.size() - end;
        if (left < RECORD) {
            return 0;
        }
        ByteBuffer head = readAt(end, 8);
        int length = head.getInt();
        int crc = head.getInt();
        if (length < 0 || length > MAX_FRAME || left < RECORD + length) {
            return 0;
        }
        ByteBuffer body = readAt(end + 8, 8 + length);
        if (crc(body.duplicate()) != crc) {
            return 0;
        }
        long n = body.getLong();
        if (n <= last) {
            return 0;
        }
        byte[] frame = new byte[length];
        body.get(frame);
        records.record(n, frame);
        last = n;
        return end + RECORD + length;
    }

    /// Whether what stands from the end on can be one record, written in part. Bytes that never came may read as zeros.
    private boolean isTornAtEnd() throws IOException {
        long left = channel.size() - end;
        if (left < RECORD) {
            return true;
        }
        if (left > RECORD + MAX_FRAME) {
            return false;
        }
        ByteBuffer head = readAt(end, RECORD);
        return left <= RECORD + (long) head.getInt() || head.rewind().equals(ByteBuffer.allocate(RECORD));
    }

    /// The highest number that was ever appended, 0 when none.
    long last() {
        return last;
    }

    long sizeBytes() {
        return end;
    }

    /// Durable when this returns. When it throws, the number may be used again.
    void append(long n, byte[] frame) throws IOException {
        int written = writeAt(channel, end, record(n, frame));
        // A crash here leaves the record whole, torn or absent; it was not promised.
        channel.force(false);
        // A crash here leaves it whole, though nobody was told: it waits, and its number is used.
        end += written;
        last = n;
    }

    /// Keeps only these, in their order, and the last number.
    void rewrite(List<FrameBuffer.Waiting> kept) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        FileChannel next = medium.open(fresh);
        try {
            FileLock nextLock = next.lock();
            long at = writeAt(
                    next, 0, header(kept.isEmpty() ? last : kept.getFirst().n() - 1));
            for (FrameBuffer.Waiting frame : kept) {
                at += writeAt(next, at, record(frame.n(), frame.frame()));
            }
            if (!kept.isEmpty() && kept.getLast().n() < last) {
                at += writeAt(next, at, record(last, new byte[0]));
            }
            next.force(true);
            // A crash before this leaves the old file in place, one after it the new one; both are whole.
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            close();
            channel = next;
            lock = nextLock;
            end = at;
        } catch (IOException e) {
            next.close();
            throw e;
        }
        // Until the rename is on the disk, what is appended to the new file could be lost with it.
        Directories.sync(Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder"));
    }

    private static ByteBuffer record(long n, byte[] frame) {
        ByteBuffer record = ByteBuffer.allocate(RECORD + frame.length);
        record.putInt(frame.length).putInt(0).putLong(n).put(frame);
        return record.putInt(4, crc(record.duplicate().flip().position(8))).flip();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static ByteBuffer header(long before) {
        return ByteBuffer.allocate(HEADER).put(MAGIC).putLong(before).flip();
    }

    private static int writeAt(FileChannel channel, long at, ByteBuffer bytes) throws IOException {
        int written = 0;
        while (bytes.hasRemaining()) {
            written += channel.write(bytes, at + written);
        }
        return written;
    }

    private ByteBuffer readAt(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new IOException("the file ends too early");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
