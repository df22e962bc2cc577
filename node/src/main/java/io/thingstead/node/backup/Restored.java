package io.thingstead.node.backup;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.consensus.EngineKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What a data folder says of its restoring, in two marks. `restoring`: not all of it is there. `restored`: all of it
/// is, and the node has not opened the next log yet.
///
/// Nobody knows what the member signed and acknowledged after the backup. So the restored node appends to no log that
/// was open then: its leaves would contradict those of the same log that others hold. It opens the next log, with keys
/// that have signed nothing: one for attesting, whose numbers it forgot; and, where it is alone and no other member
/// knows which logs were opened since, one for the log.
public final class Restored {
    private static final String UNFINISHED = "restoring";
    private static final String DONE = "restored";
    private static final String ALONE = "solo";
    private static final String SHARED = "shared";
    private static final int MAX_MARK = 16;
    private static final String BEFORE = "log-before.pem";

    private Restored() {}

    static boolean isUnfinished(Path data) {
        return Files.exists(data.resolve(UNFINISHED));
    }

    static void begin(Path data) throws IOException {
        Files.writeString(data.resolve(UNFINISHED), "a backup is being restored here\n");
        Directories.sync(data);
    }

    /// All of it is there: one mark takes the place of the other. Returns when that is on disk.
    static void end(Path data, boolean isSolo) throws IOException {
        try (FileChannel mark = FileChannel.open(
                data.resolve(UNFINISHED), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            mark.write(StandardCharsets.UTF_8.encode(isSolo ? ALONE : SHARED));
            mark.force(true);
        }
        // A crash before: the restore is done again. After: the mark says which of the two it is.
        Files.move(data.resolve(UNFINISHED), data.resolve(DONE), StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(data);
    }

    /// Whether the member must not append to the log that is open on the ledger.
    public static boolean isMarked(Path data) {
        return Files.exists(data.resolve(DONE));
    }

    /// To be asked before anything else in a data folder: refuses one that is not whole.
    public static void requireWhole(Path data) {
        if (isUnfinished(data)) {
            throw new BackupException(
                    Code.UNFINISHED,
                    "the restoring into " + data + " did not come to its end: run `thingstead restore` again");
        }
    }

    /// To be asked before the member goes on with a ledger of its own: refuses keys that vote on a shared one. They
    /// would
    /// sign a second history beside it.
    public static void requireAlone(Path keys) {
        if (EngineKeys.areOfSeveral(keys)) throw shared(keys);
    }

    static BackupException shared(Path keys) {
        return new BackupException(
                Code.SHARED,
                "the keys in " + keys
                        + " vote on a ledger shared by several members, and the ledger here is from before"
                        + " its founding, or none: going on with it would fork the shared one. Come back to that with"
                        + " `thingstead consortium rejoin`; or, where `consortium join` or `consortium begin` was broken"
                        + " off in this folder, give that command once more");
    }

    /// Makes the keys anew that the member must not go on with; those that signed nothing yet may be made anew once
    /// more.
    public static void renewKeys(Path data) {
        Path keys = data.resolve("keys");
        if (!Files.exists(file(keys, KeyRole.IDENTITY))) {
            throw new BackupException(
                    Code.KEYS, "the member's keys are missing: put a copy of them into " + keys + " and start again");
        }
        try {
            boolean isSolo = isSolo(data.resolve(DONE));
            if (isSolo && !Files.exists(keys.resolve(BEFORE))) {
                Folders.put(keys.resolve(BEFORE), out -> Files.copy(file(keys, KeyRole.LOG), out));
                Directories.sync(keys);
            }
            for (KeyRole role : isSolo ? List.of(KeyRole.ATTEST, KeyRole.LOG) : List.of(KeyRole.ATTEST)) {
                Path fresh = keys.resolve(role.label() + ".pem.new");
                Files.deleteIfExists(fresh);
                SigningKey.generate(Algorithm.ED25519).save(fresh);
                Files.move(
                        fresh, file(keys, role), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            Directories.sync(keys);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the restored member's new keys in " + keys + ": " + e, e);
        }
    }

    private static boolean isSolo(Path mark) throws IOException {
        byte[] bytes = new byte[MAX_MARK + 1];
        int length;
        try (InputStream in = Files.newInputStream(mark)) {
            length = in.readNBytes(bytes, 0, bytes.length);
        }
        return switch (new String(bytes, 0, length, StandardCharsets.UTF_8)) {
            case ALONE -> true;
            case SHARED -> false;
            default ->
                throw new BackupException(
                        Code.MARK,
                        mark + " says neither `" + ALONE + "` nor `" + SHARED
                                + "`, so nobody knows which keys the member"
                                + " may go on with: restore the backup once more, into an empty folder");
        };
    }

    /// The key of the logs that were open when the backup was made.
    ///
    /// @param now the one in use
    public static SigningKey logKeyBefore(Path data, SigningKey now) {
        Path before = data.resolve("keys").resolve(BEFORE);
        return Files.exists(before) ? SigningKey.load(before) : now;
    }

    /// The next log is open on the ledger. Returns when that is on disk.
    public static void done(Path data) {
        try {
            Files.deleteIfExists(data.resolve(DONE));
            Directories.sync(data);
            Files.deleteIfExists(data.resolve("keys").resolve(BEFORE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write that the next log is open in " + data + ": " + e, e);
        }
    }

    private static Path file(Path keys, KeyRole role) {
        return keys.resolve(role.label() + ".pem");
    }
}
