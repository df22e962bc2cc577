package io.thingstead.node.consensus.comet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The Unix sockets where the node and its engine meet. A path to one has about 100 bytes: where the engine's folder is
/// too deep, they stand in a short one of their own, which only the node's user may enter.
final class EngineSockets implements AutoCloseable {
    private static final int MAX_PATH = 100;
    private static final String ABCI = "abci";
    private static final String SIGNER = "signer";

    private final Path folder;

    private EngineSockets(Path folder) {
        this.folder = folder;
    }

    static EngineSockets of(Path home) {
        try {
            Path own = home.toAbsolutePath().resolve("sockets");
            boolean isShort = own.resolve(SIGNER).toString().length() <= MAX_PATH;
            return new EngineSockets(isShort ? Files.createDirectories(own) : Files.createTempDirectory("ts"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the engine's sockets", e);
        }
    }

    Path abci() {
        return folder.resolve(ABCI);
    }

    Path signer() {
        return folder.resolve(SIGNER);
    }

    /// An engine that was killed leaves its socket behind.
    void clearSigner() {
        try {
            Files.deleteIfExists(signer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(signer());
        Files.deleteIfExists(abci());
        Files.deleteIfExists(folder);
    }
}
