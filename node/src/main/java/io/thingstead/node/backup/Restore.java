package io.thingstead.node.backup;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.backup.BackupManifest.FileEntry;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.upgrade.Upgrade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts a backup into an empty folder and checks all of it. Until it is done the folder is marked, and no node starts
/// there; the same command does all of it again. Afterwards another mark ([Restored]) has the node take up no log that
/// may have gone on elsewhere.
public final class Restore {
    private static final Set<String> NOT_DATA = Set.of("lock", "keys", "lost+found", FolderVersion.FILE);
    /// Alone, a member has no ledger but this one, and no other keys fit it. In a shared one they may be newer than it.
    private static final List<KeyRole> ALONE =
            List.of(KeyRole.IDENTITY, KeyRole.NODE, KeyRole.LOG, KeyRole.ENGINE, KeyRole.ATTEST);
    private static final List<KeyRole> SHARED = List.of(KeyRole.IDENTITY);

    private final Path backup;
    private final Path data;
    private final @Nullable Path keys;
    private final Consumer<String> says;

    private Restore(Path backup, Path data, @Nullable Path keys, Consumer<String> says) {
        this.backup = backup;
        this.data = data;
        this.keys = keys;
        this.says = says;
    }

    /// What was put back.
    ///
    /// @param hasKeys whether the member's keys are in the folder
    public record Done(BackupManifest manifest, boolean hasKeys) {}

    /// @param data a folder that is empty, or holds nothing but `keys`
    /// @param keys the folder of the member's keys, null: those of the backup, or in `data`
    /// @param says gets a line of what is being done
    public static Done into(Path backup, Path data, @Nullable Path keys, Consumer<String> says) {
        try (BackupSource source = BackupSource.open(backup)) {
            return new Restore(backup, data, keys, says).restore(source);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot restore " + backup + " into " + data + ": " + e, e);
        }
    }

    private Done restore(BackupSource source) throws IOException {
        if (String.valueOf(backup.getFileName()).endsWith(".partial")) {
            throw new BackupException(Code.INCOMPLETE, backup + " was not written to its end");
        }
        BackupManifest manifest = source.manifest();
        try (DataFolder _ = DataFolder.lock(data)) {
            requireEmpty();
            if (manifest.heads().hasOneMember()) requireAlone(manifest);
            Restored.begin(data);
            // A crash from here on: the mark stands, no node starts here, and all of it is done again.
            for (String name : List.of("store", "engine", "series")) Folders.delete(data.resolve(name));
            for (String name : List.of("consortium.json", FolderVersion.FILE)) {
                Files.deleteIfExists(data.resolve(name));
            }
            for (FileEntry file : manifest.files()) {
                if (keys == null || !file.name().startsWith("keys/")) put(source, file);
            }
            if (keys != null) putKeys(keys);
            Upgrade.restored(data);
            Folders.sync(data);
            boolean hasKeys = Files.exists(key(KeyRole.IDENTITY));
            check(manifest.heads(), hasKeys);
            says.accept("all of it is sound");
            Restored.end(data, manifest.heads().hasOneMember());
            // A crash after: the data are there, and the node opens the next log.
            return new Done(manifest, hasKeys);
        }
    }

    private void requireEmpty() throws IOException {
        if (Restored.isUnfinished(data)) return;
        try (Stream<Path> files = Files.list(data)) {
            Optional<String> other = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !NOT_DATA.contains(name))
                    .sorted()
                    .findFirst();
            if (other.isPresent()) {
                throw new BackupException(
                        Code.NOT_EMPTY, data + " holds something (" + other.get() + "): restore into an empty folder");
            }
        }
    }

    /// A ledger of one member is refused to keys that have gone on to a shared one since.
    private void requireAlone(BackupManifest manifest) {
        Path own = data.resolve("keys");
        Restored.requireAlone(own);
        if (keys != null) {
            Restored.requireAlone(keys);
        } else if (manifest.files().stream().anyMatch(file -> file.name().equals("keys/" + EngineKeys.VOTES_IN))) {
            throw Restored.shared(own);
        }
    }

    private void put(BackupSource source, FileEntry file) throws IOException {
        says.accept("restoring " + file.name());
        Path to = data.resolve(file.name());
        boolean isKey = file.name().startsWith("keys/");
        if (isKey && Files.exists(to)) {
            if (Restored.isUnfinished(data) && isSame(source, file, to)) return;
            throw new BackupException(
                    Code.KEYS, to + " is there already: move it elsewhere, or restore a backup without keys");
        }
        Folders.createPrivate(Objects.requireNonNull(to.getParent(), "a file stands in a folder"));
        Folders.put(to, out -> source.copy(file, out));
    }

    private static boolean isSame(BackupSource source, FileEntry file, Path to) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        source.copy(file, bytes);
        return java.util.Arrays.equals(bytes.toByteArray(), Files.readAllBytes(to));
    }

    private void putKeys(Path from) throws IOException {
        Path own = data.resolve("keys");
        Folders.createPrivate(own);
        if (Files.isSameFile(own, from)) return;
        for (Path key : Backup.keys(from)) {
            Path to = own.resolve(String.valueOf(key.getFileName()));
            byte[] bytes = Files.readAllBytes(key);
            if (Files.exists(to) && java.util.Arrays.equals(bytes, Files.readAllBytes(to))) continue;
            if (Files.exists(to)) throw new BackupException(Code.KEYS, to + " is there already, and another key");
            says.accept("restoring keys/" + key.getFileName());
            Folders.put(to, out -> out.write(bytes));
        }
    }

    private Path key(KeyRole role) {
        return data.resolve("keys").resolve(role.label() + ".pem");
    }

    private void check(Heads heads, boolean hasKeys) {
        Throwable[] failure = new Throwable[1];
        try (Store store = RocksStore.open(data.resolve("store"), e -> failure[0] = e)) {
            MemberId member = new MemberId(heads.member());
            if (!Heads.of(store, member).equals(heads)) {
                throw new BackupException(Code.NOT_SOUND, "its ledger and logs do not stand where its manifest says");
            }
            List<String> problems = heads.check(store, says);
            if (!problems.isEmpty()) {
                throw new BackupException(Code.NOT_SOUND, String.join("; ", problems));
            }
            if (hasKeys) {
                checkKeys(
                        heads.hasOneMember() ? ALONE : SHARED,
                        Heads.open(store).reader().member(member));
            }
        }
        if (failure[0] != null) {
            throw new BackupException(Code.NOT_SOUND, "the store failed: " + failure[0].getMessage());
        }
    }

    private void checkKeys(List<KeyRole> roles, @Nullable MemberRecord member) {
        for (KeyRole role : roles) {
            Path file = key(role);
            boolean isTheirs = member != null
                    && Files.exists(file)
                    && member.key(role)
                            .filter(SigningKey.load(file).key().thumbprint()::equals)
                            .isPresent();
            if (!isTheirs) {
                throw new BackupException(
                        Code.KEYS,
                        file + " is missing, or is not the " + role.label()
                                + " key that the ledger of the backup knows:"
                                + " restore with the right keys (--keys DIR)");
            }
        }
    }
}
