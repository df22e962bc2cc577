package io.thingstead.node.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.node.backup.BackupException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What a backup says of itself: where ledger and logs stood, and the hash of each file. It is written last, so a
/// backup without one was not written to its end.
///
/// @param version of the program that made it
/// @param keys whether the member's keys are in it
public record BackupManifest(
        String format, long madeMs, String version, boolean keys, Heads heads, List<FileEntry> files) {
    public static final String NAME = "manifest.json";
    static final String FORMAT = "thingstead-backup/1";

    /// A million files of 32 MB are beyond any disk.
    static final int MAX_BYTES = 256 << 20;

    private static final String FORMATS = "thingstead-backup/";

    /// A file, or a file in a folder: nothing that leads out of where it is put.
    private static final Pattern FILE = Pattern.compile("(?:(?:store|keys)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,100}");

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

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
                        .maxDocumentLength(MAX_BYTES)
                        .maxNestingDepth(5)
                        .maxStringLength(1_000)
                        .build());
    }

    /// A file of the backup.
    ///
    /// @param sha256 in hexadecimal
    public record FileEntry(String name, long bytes, String sha256) {}

    public BackupManifest {
        files = List.copyOf(files);
    }

    byte[] write() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Throws `BackupException` where it is none, or one of a newer version.
    static BackupManifest read(byte[] json) {
        BackupManifest read;
        try {
            requireKnown(json);
            read = JSON.readValue(json, BackupManifest.class);
        } catch (JacksonException e) {
            throw new BackupException(Code.INCOMPLETE, "its manifest cannot be read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (read == null) throw new BackupException(Code.INCOMPLETE, "its manifest is empty");
        read.check();
        return read;
    }

    private static void requireKnown(byte[] json) throws IOException {
        String format = JSON.readTree(json).path("format").asText();
        if (!format.startsWith(FORMATS)) throw new BackupException(Code.INCOMPLETE, "this is no backup of a node");
        if (!format.equals(FORMAT)) {
            throw new BackupException(
                    Code.NEWER,
                    "it is a " + format + ", which this version does not know: restore it with a newer one");
        }
    }

    private void check() {
        Set<String> names = new HashSet<>();
        for (FileEntry file : files) {
            boolean isOne = FILE.matcher(file.name).matches()
                    && SHA256.matcher(file.sha256).matches()
                    && file.bytes >= 0
                    && !file.name.equals(NAME)
                    && names.add(file.name);
            if (!isOne) throw new BackupException(Code.DAMAGED, "its manifest names a file that cannot be one");
        }
        if (keys != files.stream().anyMatch(file -> file.name.startsWith("keys/"))) {
            throw new BackupException(Code.DAMAGED, "its manifest does not know whether there are keys in it");
        }
    }
}
