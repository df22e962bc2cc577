package io.thingstead.node.consortium;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// Reads and writes the documents of founding and joining: JSON, bytes in base64, unknown members refused.
final class Documents {
    private static final long MAX_BYTES = 512L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(10)
                        .maxStringLength(1 << 20)
                        .build());
    }

    private Documents() {}

    static <T> T read(Path file, Class<T> type, String what) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConsortiumException(file + " is too large for " + what);
            }
            return present(JSON.readValue(Files.readAllBytes(file), type), file + " is not " + what);
        } catch (JacksonException e) {
            throw new ConsortiumException(file + " is not " + what + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    static <T> T read(byte[] json, Class<T> type, String what) {
        try {
            return present(JSON.readValue(json, type), "not " + what);
        } catch (JacksonException e) {
            throw new ConsortiumException("not " + what + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `null` is JSON, too.
    private static <T> T present(@Nullable T read, String otherwise) {
        if (read == null) {
            throw new ConsortiumException(otherwise + ": it is empty");
        }
        return read;
    }

    /// What a document says it is, empty when it says nothing.
    static String format(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConsortiumException(file + " is too large for a document");
            }
            return JSON.readTree(Files.readAllBytes(file)).path("format").asText();
        } catch (JacksonException e) {
            throw new ConsortiumException(file + " is not a document: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    static byte[] bytes(Object document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes the file whole or not at all.
    static void write(Path file, Object document) {
        try {
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.write(partial, JSON.writeValueAsBytes(document));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static void requireFormat(String format, String wanted) {
        if (!format.equals(wanted)) {
            throw new ConsortiumException("the document is a " + format + ", a " + wanted + " is needed");
        }
    }
}
