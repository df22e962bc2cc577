package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/// `trusted-head` in the engine's folder of a member that joins: the certified header that its invite told of,
/// with which its trust in what the others' engines say begins.
public record Admission(long height, byte[] headerHash) {
    private static final String NAME = "trusted-head";

    void write(Path engine) {
        try {
            Files.createDirectories(engine);
            Files.writeString(
                    engine.resolve(NAME), height + " " + HexFormat.of().formatHex(headerHash) + "\n");
            Directories.sync(engine);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + engine.resolve(NAME), e);
        }
    }

    /// What the invite told of, if this member came by one.
    public static Optional<Admission> read(Path engine) {
        Path file = engine.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String[] parts = Files.readString(file).strip().split(" ", 2);
            return Optional.of(new Admission(
                    Long.parseLong(parts[0]), HexFormat.of().parseHex(parts.length == 2 ? parts[1] : "")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw new ConsortiumException(file + " is damaged: join again from the invite");
        }
    }
}
