package io.thingstead.node.notify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A password, key or secret address, read from its file for each message, so that a new one counts at once. It is
/// nowhere kept, and shows itself to nobody by accident.
final class Secret {
    private static final int MAX_BYTES = 4_096;
    private static final int LEAST_HIDDEN = 4;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    static Secret read(Path file) throws NotSent {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) throw new NotSent(file + " is empty");
            return new Secret(text);
        } catch (IOException e) {
            throw new NotSent(file + " cannot be read");
        }
    }

    String value() {
        return value;
    }

    /// A text without it.
    String hidden(String text) {
        return value.length() < LEAST_HIDDEN ? text : text.replace(value, "…");
    }

    @Override
    public String toString() {
        return "a secret";
    }
}
