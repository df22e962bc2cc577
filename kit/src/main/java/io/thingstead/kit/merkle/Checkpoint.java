package io.thingstead.kit.merkle;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A log head: origin, size and root (C2SP tlog-checkpoint). Thingstead's own logs write no extension lines.
public record Checkpoint(String origin, long size, byte[] root, List<String> extensions) {
    private static final int MAX_BODY = 4096;

    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0) throw new IllegalArgumentException("origin is one line");
        if (size < 0) throw new IllegalArgumentException("size out of range: " + size);
        if (root.length != MerkleTree.HASH_BYTES) throw new IllegalArgumentException("a root has 32 bytes");
        extensions = List.copyOf(extensions);
    }

    public Checkpoint(String origin, long size, byte[] root) {
        this(origin, size, root, List.of());
    }

    /// The note text: one line each for origin, size and root, then the extension lines.
    public String body() {
        var body = new StringBuilder(origin)
                .append('\n')
                .append(size)
                .append('\n')
                .append(Base64.getEncoder().encodeToString(root))
                .append('\n');
        extensions.forEach(line -> body.append(line).append('\n'));
        return body.toString();
    }

    /// Empty when the text is not a checkpoint; what parses prints back to the same text.
    public static Optional<Checkpoint> parse(String body) {
        if (body.length() > MAX_BODY || !body.endsWith("\n")) return Optional.empty();
        var lines = Arrays.asList(body.substring(0, body.length() - 1).split("\n", -1));
        if (lines.size() < 3 || lines.stream().anyMatch(String::isEmpty)) return Optional.empty();
        if (!lines.get(1).matches("0|[1-9][0-9]{0,17}")) return Optional.empty();
        return StrictBase64.decode(lines.get(2))
                .filter(root -> root.length == MerkleTree.HASH_BYTES)
                .map(root -> new Checkpoint(
                        lines.get(0), Long.parseLong(lines.get(1)), root, lines.subList(3, lines.size())));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that && body().equals(that.body());
    }

    @Override
    public int hashCode() {
        return body().hashCode();
    }

    @Override
    public String toString() {
        return "Checkpoint[" + origin + " " + size + " " + Base64.getEncoder().encodeToString(root) + "]";
    }
}
