package io.thingstead.kit.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// A device's frames that nobody has acknowledged yet, on disk, and with them its sequence number.
///
/// Promise: when `append` returns, the frame and its number survive a crash; a number is never given out twice. What
/// was
/// acknowledged may come up again after a crash: the receiver answers it as a duplicate.
///
/// The file: `"TSBUF1\0\0" ‖ last number before the first record u64`, then records
/// `length u32 ‖ CRC-32C of what follows u32 ‖ n u64 ‖ frame`. A torn record at the end was never promised: it is cut
/// off.
/// Confined to one thread.
public final class FrameBuffer implements AutoCloseable {
    /// A frame that waits, with its number.
    public record Waiting(long n, byte[] frame) {}

    private static final byte[] MAGIC = {'T', 'S', 'B', 'U', 'F', '1', 0, 0};
    private static final int HEADER = 16;
    private static final int RECORD = 16;
    private static final int MAX_FRAME = 65_537;
    private static final int COMPACT_BYTES = 64 * 1024;

    private final Path file;
    private final long maxBytes;
    private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
    private FileChannel channel;
    private FileLock lock;
    private long waitingBytes;
    private long last;

    private FrameBuffer(Path file, long maxBytes, FileChannel channel, FileLock lock) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.channel = channel;
        this.lock = lock;
    }

    /// Opens the buffer in this file, new or kept.
    ///
    /// @param maxBytes how much may wait; when it is full, `append` refuses and nothing that waits is dropped
    public static FrameBuffer open(Path file, long maxBytes) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            FileChannel channel = open(file);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new IOException(file + " is in use by another process");
            }
            FrameBuffer buffer = new FrameBuffer(file, maxBytes, channel, lock);
            buffer.read();
            return buffer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the frame buffer " + file, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void read() throws IOException {
        if (channel.size() < HEADER) {
            // New, or a crash while it was made: no number was given out.
            channel.truncate(0);
            writeAt(0, header(0));
            channel.force(true);
            return;
        }
        ByteBuffer header = readAt(0, HEADER);
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        if (!java.util.Arrays.equals(magic, MAGIC)) {
            throw new IOException("not a frame buffer");
        }
        last = header.getLong();
        long at = HEADER;
        for (long next = readRecord(at); next > 0; next = readRecord(at)) {
            at = next;
        }
        channel.truncate(at);
    }

    /// Reads the record at this place; returns where the next one stands, or 0 when there is no whole record.
    private long readRecord(long at) throws IOException {
        if (channel.size() - at < RECORD) {
            return 0;
        }
        ByteBuffer head = readAt(at, 8);
        int length = head.getInt();
        int crc = head.getInt();
        if (length < 1 || length > MAX_FRAME || channel.size() - at - RECORD < length) {
            return 0;
        }
        ByteBuffer body = readAt(at + 8, 8 + length);
        if (crc(body.duplicate()) != crc) {
            return 0;
        }
        long n = body.getLong();
        if (n <= last) {
            return 0;
        }
        byte[] frame = new byte[length];
        body.get(frame);
        keep(n, frame);
        return at + RECORD + length;
    }

    private void keep(long n, byte[] frame) {
        waiting.put(n, frame);
        waitingBytes += frame.length;
        last = n;
    }

    /// The highest number that was ever appended, 0 when none.
    public long last() {
        return last;
    }

    public int size() {
        return waiting.size();
    }

    /// Whether a frame of this size still finds room.
    public boolean hasRoom(int frameBytes) {
        return waitingBytes + frameBytes <= maxBytes;
    }

    /// Keeps a frame; durable when this returns. False when the buffer is full: the caller measures less, or later.
    public boolean append(long n, byte[] frame) {
        if (n <= last) {
            throw new IllegalArgumentException("number " + n + " was used: the last one is " + last);
        }
        if (!hasRoom(frame.length)) {
            return false;
        }
        try {
            writeAt(channel.size(), record(n, frame));
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a frame in " + file, e);
        }
        // A crash before this point may leave the record whole or torn; either way the number is not used again, or was
        // never promised.
        keep(n, frame);
        return true;
    }

    /// The oldest frames that wait, at most `limit`.
    public List<Waiting> oldest(int limit) {
        return first(waiting, limit);
    }

    /// The newest frames that wait, newest first, at most `limit`.
    public List<Waiting> newest(int limit) {
        return first(waiting.descendingMap(), limit);
    }

    private static List<Waiting> first(Map<Long, byte[]> frames, int limit) {
        List<Waiting> first = new ArrayList<>();
        for (var entry : frames.entrySet()) {
            if (first.size() == limit) {
                break;
            }
            first.add(new Waiting(entry.getKey(), entry.getValue()));
        }
        return first;
    }

    /// Forgets a frame that was acknowledged, or refused for good.
    public void done(long n) {
        byte[] frame = waiting.remove(n);
        if (frame == null) {
            return;
        }
        waitingBytes -= frame.length;
        try {
            if (channel.size() > COMPACT_BYTES && waitingBytes < channel.size() / 2) {
                compact();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compact " + file, e);
        }
    }

    /// Writes what waits into a new file and puts it in the old one's place.
    private void compact() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        FileChannel next = open(fresh);
        FileLock nextLock = next.lock();
        FileChannel old = channel;
        FileLock oldLock = lock;
        List<Waiting> kept = oldest(Integer.MAX_VALUE);
        long before = kept.isEmpty() ? last : kept.getFirst().n() - 1;
        channel = next;
        lock = nextLock;
        writeAt(0, header(before));
        for (Waiting w : kept) {
            writeAt(next.size(), record(w.n(), w.frame()));
        }
        next.force(true);
        // A crash here leaves the old file in place, whole.
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        oldLock.release();
        old.close();
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

    private void writeAt(long at, ByteBuffer bytes) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
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
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }
}
