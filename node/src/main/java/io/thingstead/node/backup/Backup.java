package io.thingstead.node.backup;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.backup.BackupManifest.FileEntry;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.RocksStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Makes a backup: a consistent snapshot of the store, what a shared ledger's member needs beside it, and the keys when
/// they are asked for. Not in it: the series, which are made again from the log; the admin token; and the engine's
/// folder with its record of votes, since a record from earlier would let the engine vote twice.
public final class Backup {
    private static final String STORE = "store";
    private static final String KEYS = "keys";
    private static final String CONSORTIUM = "consortium.json";
    private static final int PART_BYTES = 1 << 16;

    private final Path data;
    private final Path snapshot;
    private final Consumer<String> says;
    private final List<FileEntry> files = new ArrayList<>();

    private Backup(Path data, Path snapshot, Consumer<String> says) {
        this.data = data;
        this.snapshot = snapshot;
        this.says = says;
    }

    /// Writes and verifies it.
    ///
    /// @param data the member's data folder
    /// @param snapshot of its store, which nothing writes to; it is of no use afterwards
    /// @param target a folder, or a file when its name ends in `.zip`
    /// @param says gets a line of what is being done
    public static BackupManifest write(
            Path data,
            Path snapshot,
            Path target,
            boolean withKeys,
            String version,
            long nowMs,
            Consumer<String> says) {
        try (BackupTarget to = BackupTarget.of(target)) {
            var backup = new Backup(data, snapshot, says);
            backup.copy(to, withKeys);
            Heads heads = backup.heads();
            var manifest = new BackupManifest(
                    BackupManifest.FORMAT, nowMs, version, withKeys, heads, List.copyOf(backup.files));
            says.accept("writing the manifest");
            try (OutputStream out = to.file(BackupManifest.NAME)) {
                out.write(manifest.write());
            }
            to.written();
            says.accept("reading all of it again");
            try (BackupSource again = to.again()) {
                again.check(again.manifest());
            }
            says.accept("giving it its name");
            to.done();
            return manifest;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the backup " + target + ": " + e, e);
        }
    }

    private void copy(BackupTarget to, boolean withKeys) throws IOException {
        for (Path file : Folders.files(snapshot)) {
            if (!isOfTheProcess(file)) copy(file, STORE + "/" + snapshot.relativize(file), to);
        }
        for (String name : List.of(FolderVersion.FILE, CONSORTIUM)) {
            if (Files.exists(data.resolve(name))) copy(data.resolve(name), name, to);
        }
        if (withKeys) {
            for (Path key : keys(data.resolve(KEYS))) copy(key, KEYS + "/" + key.getFileName(), to);
        }
    }

    /// RocksDB's lock and messages.
    private static boolean isOfTheProcess(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.equals("LOCK") || name.startsWith("LOG");
    }

    /// The keys, and in which era they vote: whoever takes them elsewhere takes that along.
    static List<Path> keys(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("[a-z-]+\\.pem|votes-in"))
                    .sorted()
                    .toList();
        }
    }

    private void copy(Path file, String name, BackupTarget to) throws IOException {
        says.accept("writing " + name);
        MessageDigest digest = Sha256.newDigest();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = to.file(name)) {
            byte[] part = new byte[PART_BYTES];
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                digest.update(part, 0, length);
                out.write(part, 0, length);
                bytes += length;
            }
        }
        files.add(new FileEntry(name, bytes, HexFormat.of().formatHex(digest.digest())));
    }

    /// Opens the snapshot, which only now may change: each block of its tables is checked, and its heads are read.
    private Heads heads() {
        says.accept("checking the snapshot");
        Throwable[] failure = new Throwable[1];
        try (RocksStore store = RocksStore.open(snapshot, e -> failure[0] = e)) {
            store.verify();
            Path identity = data.resolve(KEYS).resolve(KeyRole.IDENTITY.label() + ".pem");
            return Heads.of(
                    store, Heads.member(store, SigningKey.load(identity).key().thumbprint()));
        } finally {
            if (failure[0] != null) {
                says.accept(Code.DAMAGED.text() + ": the snapshot cannot be opened: " + failure[0].getMessage());
            }
        }
    }
}
