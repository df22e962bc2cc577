package io.thingstead.kit.device;

import io.thingstead.kit.frame.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A device's frames that nobody has acknowledged yet, on disk, and with them its sequence number.
///
/// Promise: when `append` returns, the frame and its number survive a crash; a number is never given out twice. What
/// was acknowledged may come up again after a crash: the receiver answers it as a duplicate. Confined to one thread.
public final class FrameBuffer implements AutoCloseable {
    /// A frame that waits, with its number.
    public record Waiting(long n, byte[] frame) {}

    private static final int COMPACT_BYTES = 64 * 1024;
    private static final String REFUSED = ".refused";

    private final Path path;
    private final long maxBytes;
    private final FrameFile file;
    private final RefusedFrames refused;
    private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
    private long waitingBytes;
    private boolean holdsDone;

    private FrameBuffer(Path path, long maxBytes, FrameFile.Medium medium) throws IOException {
        this.path = path;
        this.maxBytes = maxBytes;
        this.refused = new RefusedFrames(refusedFile(), maxBytes);
        this.file = FrameFile.open(path, medium, (n, frame) -> {
            if (frame.length > 0) {
                waiting.put(n, frame);
                waitingBytes += frame.length;
            }
        });
    }

    /// Opens the buffer in this file, new or kept.
    ///
    /// @param maxBytes how much may wait; when it is full, `append` refuses and nothing that waits is dropped
    public static FrameBuffer open(Path file, long maxBytes) {
        return open(file, maxBytes, FrameFile::channel);
    }

    static FrameBuffer open(Path file, long maxBytes, FrameFile.Medium medium) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return new FrameBuffer(file, maxBytes, medium);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the frame buffer " + file, e);
        }
    }

    /// The highest number that was ever appended, 0 when none.
    public long last() {
        return file.last();
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
        if (n <= last()) {
            throw new IllegalArgumentException("number " + n + " was used: the last one is " + last());
        }
        if (frame.length == 0 || frame.length > Frame.MAX_BYTES) {
            throw new IllegalArgumentException("a frame has 1 to " + Frame.MAX_BYTES + " bytes");
        }
        if (!hasRoom(frame.length)) {
            return false;
        }
        try {
            file.append(n, frame);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a frame in " + path, e);
        }
        waiting.put(n, frame);
        waitingBytes += frame.length;
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

    /// Where [#refuse] puts frames: the buffer's own name with `.refused` behind it.
    public Path refusedFile() {
        return path.resolveSibling(path.getFileName() + REFUSED);
    }

    /// Sets a frame aside that the node will never take. What stands in the file then is durable; after a crash it may
    /// stand there twice. Of many, the oldest go.
    public void refuse(long n, String code, String text) {
        byte[] frame = waiting.get(n);
        if (frame == null) {
            return;
        }
        try {
            refused.add(n, code, frame, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a refused frame in " + refusedFile(), e);
        }
        done(n);
    }

    /// Forgets a frame that was acknowledged.
    public void done(long n) {
        byte[] frame = waiting.remove(n);
        if (frame == null) {
            return;
        }
        waitingBytes -= frame.length;
        holdsDone = true;
        if (file.sizeBytes() > COMPACT_BYTES && waitingBytes < file.sizeBytes() / 2) {
            try {
                compact();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot compact " + path, e);
            }
        }
    }

    private void compact() throws IOException {
        file.rewrite(oldest(Integer.MAX_VALUE));
        holdsDone = false;
    }

    /// Leaves in the file what waits, so that the next start sends nothing again that was acknowledged.
    @Override
    public void close() {
        try {
            if (holdsDone) {
                compact();
            }
        } catch (IOException e) {
            // The old file stands, whole: what was acknowledged comes again, and the receiver knows it.
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path, e);
        }
    }
}
