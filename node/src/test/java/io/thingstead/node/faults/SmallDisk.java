package io.thingstead.node.faults;

import io.thingstead.node.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small file system of its own in a folder, which a test can fill.
final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path ballast;

    /// Skips the test where nothing can be mounted.
    static SmallDisk needed(Path folder, int megabytes) throws Exception {
        Programs.need("mount");
        Files.createDirectories(folder);
        String said = said(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + megabytes + "m,mode=0700",
                "thingstead-test",
                folder.toString());
        if (!said.isEmpty()) {
            Programs.missing("a small disk cannot be mounted here: " + said);
        }
        return new SmallDisk(folder);
    }

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    long free() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /// Fills it until so many bytes are left.
    void leave(long bytes) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (long left = free(); left > bytes; left = free()) {
                out.write(block, 0, (int) Math.min(block.length, left - bytes));
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast);
    }

    private static String said(String... command) throws Exception {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        return code == 0 ? said : said + " (code " + code + ")";
    }

    @Override
    public void close() throws Exception {
        String said = said("umount", folder.toString());
        if (!said.isEmpty()) {
            throw new IOException("umount " + folder + ": " + said);
        }
    }
}
