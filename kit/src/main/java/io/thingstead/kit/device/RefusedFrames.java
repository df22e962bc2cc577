package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// A device's frames that the node will never take, in a text file beside its buffer for a person to look at: a line
/// each of number, code, the frame in base64url and what the node said, with tabs between. When the file is full it
/// becomes the older of two, and the older one before it goes.
final class RefusedFrames {
    private final Path file;
    private final long maxBytes;

    RefusedFrames(Path file, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /// Durable when this returns.
    void add(long n, String code, byte[] frame, String text) throws IOException {
        String line = "%d\t%s\t%s\t%s\n".formatted(n, printable(code), Base64Url.encode(frame), printable(text));
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (Files.exists(file) && Files.size(file) + bytes.length > maxBytes) {
            Files.move(file, older(), StandardCopyOption.ATOMIC_MOVE);
        }
        boolean isNew = !Files.exists(file);
        try (FileChannel channel = FrameFile.channel(file)) {
            long end = channel.size();
            // A crash may have left a part of a line: the next one stands by itself.
            end += endsInLine(channel, end) ? 0 : channel.write(ByteBuffer.wrap(new byte[] {'\n'}), end);
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                end += channel.write(rest, end);
            }
            channel.force(true);
        }
        if (isNew) {
            Directories.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder"));
        }
        // A crash here leaves the frame in the buffer too: it is sent, refused and written again.
    }

    private static boolean endsInLine(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end == 0 || (channel.read(last, end - 1) == 1 && last.get(0) == '\n');
    }

    private Path older() {
        return file.resolveSibling(file.getFileName() + ".older");
    }

    /// What the node says stays in its line.
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
