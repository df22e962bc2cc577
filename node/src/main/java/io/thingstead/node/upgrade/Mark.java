package io.thingstead.node.upgrade;

import io.thingstead.kit.crypto.Directories;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.upgrade.UpgradeException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// What is under way in a data folder, in its file `upgrading`: the store is as it was before, or as it will be, or
/// neither, and the kept copy is whole.
enum Mark {
    NOTHING(""),
    FORWARD("forward\n"),
    BACK("back\n");

    private static final String FILE = FolderVersion.UPGRADING;
    private static final int MAX_BYTES = 16;

    private final String text;

    Mark(String text) {
        this.text = text;
    }

    static Mark of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) return NOTHING;
        try (InputStream in = Files.newInputStream(file)) {
            String read = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
            for (Mark mark : values()) if (mark != NOTHING && mark.text.equals(read)) return mark;
        }
        throw new UpgradeException(
                Code.MARK, file + " says neither `forward` nor `back`: restore the newest backup into an empty folder");
    }

    /// Returns when it is on disk.
    void write(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (this == NOTHING) {
            Files.deleteIfExists(file);
        } else {
            Path partial = folder.resolve(FILE + ".partial");
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(StandardCharsets.US_ASCII.encode(text));
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Directories.sync(folder);
    }
}
