package io.thingstead.kit.merkle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// A text with signature lines below it (C2SP signed-note); the form in which checkpoints are published.
public record SignedNote(String text, List<Line> lines) {
    public static final int MAX_BYTES = 65_536;
    public static final int MAX_SIGNATURES = 100;
    private static final String DASH = "\u2014 ";

    /// One signature line: the signer's key name, its key id, and the signature's bytes after the id.
    public record Line(String name, int keyId, byte[] signature) {}

    /// How a signature is checked, given by the caller: (public key, message, signature).
    @FunctionalInterface
    public interface SignatureCheck {
        boolean verify(byte[] publicKey, byte[] message, byte[] signature);
    }

    /// How a note is signed, given by the caller: message to signature of 64 bytes.
    @FunctionalInterface
    public interface SignatureMaker {
        byte[] sign(byte[] message);
    }

    /// What came of checking a note against known keys.
    public sealed interface Outcome {
        /// At least one known key signed, and no known key's line failed.
        record Verified(List<NoteKey> by) implements Outcome {}

        /// A line names a known key but its signature is wrong: the whole note is refused.
        record InvalidSignature(NoteKey by) implements Outcome {}

        /// No line is of a known key.
        record NoKnownKey() implements Outcome {}
    }

    public SignedNote {
        lines = List.copyOf(lines);
    }

    public static SignedNote sign(String text, NoteKey key, SignatureMaker maker) {
        if (!text.endsWith("\n")) throw new IllegalArgumentException("a note's text ends with a newline");
        var signature = maker.sign(text.getBytes(StandardCharsets.UTF_8));
        return new SignedNote(text, List.of(new Line(key.name(), key.id(), signature)));
    }

    /// The note as published.
    public String encode() {
        var note = new StringBuilder(text).append('\n');
        for (var line : lines) {
            var bytes = ByteBuffer.allocate(4 + line.signature.length)
                    .putInt(line.keyId)
                    .put(line.signature)
                    .array();
            note.append(DASH)
                    .append(line.name)
                    .append(' ')
                    .append(Base64.getEncoder().encodeToString(bytes))
                    .append('\n');
        }
        return note.toString();
    }

    /// Empty when the bytes are not a signed note.
    public static Optional<SignedNote> parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) return Optional.empty();
        for (byte b : bytes) {
            if (b >= 0 && b < 0x20 && b != '\n') return Optional.empty();
        }
        String note;
        try {
            note = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        int split = note.lastIndexOf("\n\n");
        if (split < 0 || split + 2 == note.length() || !note.endsWith("\n")) return Optional.empty();
        var rows = note.substring(split + 2, note.length() - 1).split("\n", -1);
        if (rows.length > MAX_SIGNATURES) return Optional.empty();
        var lines = new ArrayList<Line>(rows.length);
        for (var row : rows) {
            var line = parseLine(row);
            if (line.isEmpty()) return Optional.empty();
            lines.add(line.get());
        }
        return Optional.of(new SignedNote(note.substring(0, split + 1), lines));
    }

    private static Optional<Line> parseLine(String row) {
        if (!row.startsWith(DASH)) return Optional.empty();
        var parts = row.substring(DASH.length()).split(" ", 2);
        if (parts.length != 2 || !NoteKey.isName(parts[0])) return Optional.empty();
        return StrictBase64.decode(parts[1])
                .filter(b -> b.length >= 5)
                .map(b -> new Line(parts[0], ByteBuffer.wrap(b).getInt(), Arrays.copyOfRange(b, 4, b.length)));
    }

    public Outcome verify(List<NoteKey> known, SignatureCheck check) {
        var message = text.getBytes(StandardCharsets.UTF_8);
        var verified = new LinkedHashSet<NoteKey>();
        for (var line : lines) {
            for (var key : known) {
                if (!key.name().equals(line.name) || key.id() != line.keyId || verified.contains(key)) continue;
                if (line.signature.length != 64 || !check.verify(key.publicKey(), message, line.signature)) {
                    return new Outcome.InvalidSignature(key);
                }
                verified.add(key);
            }
        }
        return verified.isEmpty() ? new Outcome.NoKnownKey() : new Outcome.Verified(List.copyOf(verified));
    }
}
