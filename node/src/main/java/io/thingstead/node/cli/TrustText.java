package io.thingstead.node.cli;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.TrustFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/// Trust files for people: read from the disk, and how old one is and where trust in it began, in plain words.
final class TrustText {
    private static final int MAX_READ = 1 << 20;

    private TrustText() {}

    /// Not a trust file, or not one that can be brought up to date; the message is for people.
    static final class TrustException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TrustException(String message) {
            super(message);
        }
    }

    static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_READ);
        } catch (NoSuchFileException e) {
            throw new TrustException("there is no file " + file);
        }
    }

    static TrustFile read(Path file) throws IOException {
        return switch (TrustFile.read(bytes(file))) {
            case Result.Ok<TrustFile>(var trust) -> trust;
            case Result.No<TrustFile>(var refused) -> throw new TrustException(file + ": " + refused.text());
        };
    }

    /// @param asOf when it was made or brought up to date
    static String origin(TrustFile.Root root, long asOf, long now) {
        var made = "made " + ReportText.age(now - root.asOf()) + " (" + Instant.ofEpochMilli(root.asOf())
                + ") as of block " + root.height();
        return asOf == root.asOf()
                ? made
                : made + ", brought up to date " + ReportText.age(now - asOf) + " (" + Instant.ofEpochMilli(asOf)
                        + ") by what the members signed since";
    }
}
