package io.thingstead.node.cli;

import io.thingstead.kit.crypto.SignatureProvider;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.NodeConfig.Listen;
import io.thingstead.node.backup.BackupException;
import io.thingstead.node.backup.Heads;
import io.thingstead.node.backup.LastBackup;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.backup.StoreCheck;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.consensus.comet.CometProgram;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.StoreException;
import io.thingstead.node.tls.LiveCertificate;
import io.thingstead.node.tls.TlsException;
import io.thingstead.node.upgrade.Upgrade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a node needs on its machine and in its data folder; of one that runs, [DoctorAtNode] asks the rest.
final class Doctor {
    private static final int JAVA = 25;
    private static final long MIB = 1 << 20;
    private static final long DISK_FAIL_BYTES = 256 * MIB;
    private static final long DISK_WARN_BYTES = 2_048 * MIB;
    private static final long DAY_MS = 86_400_000;
    private static final long TLS_WARN_DAYS = 60;
    private static final long BACKUP_WARN_MS = 7 * DAY_MS;
    private static final List<KeyRole> KEYS =
            List.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST);

    private final Path data;
    private final @Nullable Path configFile;
    private final PortOptions ports;
    private final boolean whole;
    private final Consumer<Finding> says;

    /// @param whole whether each leaf and block is looked at
    /// @param says gets each finding
    Doctor(Path data, @Nullable Path configFile, PortOptions ports, boolean whole, Consumer<Finding> says) {
        this.data = data;
        this.configFile = configFile;
        this.ports = ports;
        this.whole = whole;
        this.says = says;
    }

    void check() {
        java();
        NodeConfig config = config();
        if (!folder() || !version()) return;
        disk();
        boolean isWhole = restore();
        boolean hasKeys = keys();
        tls(config);
        boolean runs = runs();
        Heads heads = isWhole && hasKeys ? store() : null;
        engine(config, heads);
        if (runs) {
            new DoctorAtNode(data, says).check();
        } else {
            says.accept(Finding.warn("node", "no node runs here", "start it: thingstead node --data " + data));
            ports(config, heads);
            clock(heads);
            series();
        }
        backup();
    }

    private void java() {
        int feature = Runtime.version().feature();
        if (feature < JAVA) {
            says.accept(Finding.fail("java", "Java " + feature + " runs this", "install a JDK " + JAVA));
        } else if (SignatureProvider.corretto().isEmpty()) {
            says.accept(Finding.warn(
                    "java",
                    "Java " + Runtime.version() + ", signatures without the native library",
                    "they take twice the time or more: use Linux on x86-64 or aarch64 where that matters"));
        } else {
            says.accept(Finding.ok("java", "Java " + Runtime.version() + ", native signatures"));
        }
    }

    /// Everything in it is looked at, as a node does when it starts.
    private NodeConfig config() {
        if (configFile == null) {
            says.accept(Finding.ok("config", "none named: the defaults"));
            return ports.applied(NodeConfig.DEFAULT);
        }
        try {
            NodeConfig config = NodeConfig.read(configFile);
            config.requireValid();
            says.accept(Finding.ok("config", configFile + ": member " + config.memberId()));
            return ports.applied(config);
        } catch (NodeConfig.ConfigException | UncheckedIOException e) {
            says.accept(Finding.fail("config", String.valueOf(e.getMessage()), "mend " + configFile));
            return ports.applied(NodeConfig.DEFAULT);
        }
    }

    private boolean folder() {
        if (!Files.isDirectory(data.resolve("store"))) {
            says.accept(Finding.fail(
                    "folder", data + " is no data folder of a node", "name it with --data, or start a node there"));
            return false;
        }
        try {
            if (!Files.isWritable(data)) {
                says.accept(Finding.fail("folder", data + " cannot be written", "run this as the node's user"));
            } else if (isOpenToOthers(data)) {
                says.accept(Finding.warn("folder", "others on this machine can read " + data, "chmod 700 " + data));
            } else {
                says.accept(Finding.ok("folder", data + ", its owner's alone"));
            }
            return true;
        } catch (IOException e) {
            says.accept(Finding.fail("folder", "cannot look at " + data + ": " + e, "run this as the node's user"));
            return false;
        }
    }

    /// Whether this program may look further: a folder of another version is not opened.
    private boolean version() {
        try {
            int version = FolderVersion.of(data);
            if (version > FolderVersion.CURRENT) throw FolderVersion.newer(data, version);
            if (Files.exists(data.resolve(FolderVersion.UPGRADING))) {
                says.accept(Finding.fail(
                        "version",
                        "an upgrade of the data folder, or going back from one, did not come to its end",
                        "start the node, or run thingstead upgrade --data " + data + " (with --rollback to go back)"));
                return false;
            }
            if (version < FolderVersion.CURRENT) {
                says.accept(Finding.warn(
                        "version",
                        "the data folder is of version " + version + ", and this program works on version "
                                + FolderVersion.CURRENT,
                        "the node upgrades it when it starts; nothing else was looked at"));
                return false;
            }
            int kept = Upgrade.kept(data);
            String text = "the data folder is of version " + version;
            says.accept(
                    kept == FolderVersion.NONE
                            ? Finding.ok("version", text)
                            : Finding.warn(
                                    "version",
                                    text + "; the copy of version " + kept + " from before the upgrade is kept",
                                    "once all is well, let it go: thingstead upgrade --data " + data + " --forget"));
            return true;
        } catch (StoreException e) {
            says.accept(Finding.fail("version", String.valueOf(e.getMessage()), "start the newer program"));
            return false;
        }
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) return false;
        return Files.getPosixFilePermissions(file).stream()
                .anyMatch(right -> right != PosixFilePermission.OWNER_READ
                        && right != PosixFilePermission.OWNER_WRITE
                        && right != PosixFilePermission.OWNER_EXECUTE);
    }

    private void disk() {
        try {
            long free = Files.getFileStore(data).getUsableSpace();
            String text = free / MIB + " MiB left on the disk of " + data;
            if (free < DISK_FAIL_BYTES) {
                says.accept(Finding.fail("disk", text, "make room: below 256 MiB no reading is accepted"));
            } else if (free < DISK_WARN_BYTES) {
                says.accept(Finding.warn("disk", text, "make room: below 256 MiB no reading is accepted"));
            } else {
                says.accept(Finding.ok("disk", text));
            }
        } catch (IOException e) {
            says.accept(Finding.fail("disk", "cannot ask for the room left: " + e, "look at the disk"));
        }
    }

    private boolean restore() {
        try {
            Restored.requireWhole(data);
        } catch (BackupException e) {
            says.accept(Finding.fail("restore", String.valueOf(e.getMessage()), "restore once more into this folder"));
            return false;
        }
        if (Restored.isMarked(data)) {
            says.accept(Finding.warn(
                    "restore",
                    "restored from a backup, and not started since",
                    "start the node: it opens the next log"));
        }
        return true;
    }

    private boolean keys() {
        Path folder = data.resolve("keys");
        for (KeyRole role : KEYS) {
            Path file = folder.resolve(role.label() + ".pem");
            try {
                SigningKey.load(file);
            } catch (RuntimeException e) {
                says.accept(Finding.fail(
                        "keys",
                        "the " + role.label() + " key cannot be read: " + e.getMessage(),
                        "put a copy of it into " + folder + "; the ledger takes no other in its place"));
                return false;
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".pem")).toList()) {
                if (isOpenToOthers(file)) {
                    says.accept(Finding.fail("keys", "others can read " + file, "chmod 600 " + file));
                    return true;
                }
            }
        } catch (IOException e) {
            says.accept(Finding.fail("keys", "cannot look at " + folder + ": " + e, "run this as the node's user"));
            return false;
        }
        says.accept(Finding.ok("keys", "all there, their owner's alone"));
        return true;
    }

    private void tls(NodeConfig config) {
        if (config.tlsSettings().isEmpty()) return;
        try {
            var ends = LiveCertificate.ends(
                    data.resolve("keys"), config.tlsSettings().get());
            long days = ends.map(end -> (end.toEpochMilli() - System.currentTimeMillis()) / DAY_MS)
                    .orElse(TLS_WARN_DAYS);
            String text = ends.map(end -> "the certificate is good until " + end)
                    .orElse("a certificate is made at the next start");
            String advice =
                    "put a new one in its place: it is taken up without a restart; one that the node made is renewed"
                            + " 30 days before its end, and devices that know the old one alone need the new https.crt then";
            if (days < 0) says.accept(Finding.fail("tls", text, advice));
            else if (days < TLS_WARN_DAYS) says.accept(Finding.warn("tls", text, advice));
            else says.accept(Finding.ok("tls", text));
        } catch (TlsException e) {
            says.accept(
                    Finding.fail("tls", String.valueOf(e.getMessage()), "mend [tls] in thingstead.toml, or the files"));
        }
    }

    private boolean runs() {
        try (DataFolder _ = DataFolder.open(data)) {
            return false;
        } catch (StoreException e) {
            return e.category() == StoreException.Category.LOCKED;
        }
    }

    /// A snapshot is looked at, so that a node that runs is not held up.
    private @Nullable Heads store() {
        StoreCheck.Report report;
        try (StoreSnapshot _ = StoreSnapshot.hold(data)) {
            Path snapshot = Snapshots.take(data);
            report = StoreCheck.of(snapshot, data, whole, line -> {});
        } catch (StoreException | BackupException | RunningNode.NodeException | UncheckedIOException e) {
            says.accept(Finding.fail(
                    "store",
                    String.valueOf(e.getMessage()),
                    "another backup or check may be under way: try again; else restore the newest backup"));
            return null;
        }
        Heads heads = report.heads();
        if (!report.problems().isEmpty() || heads == null) {
            says.accept(Finding.fail(
                    "store",
                    String.join("; ", report.problems()),
                    "stop the node, look closer with thingstead rebuild, and restore the newest backup if it says so"));
            return heads;
        }
        says.accept(Finding.ok("store", "every block of its tables has its checksum"));
        String how = whole ? ", each checked" : "";
        says.accept(Finding.ok("ledger", "block " + heads.height() + ", " + heads.events() + " events" + how));
        for (Heads.LogHead log : heads.logs()) {
            says.accept(Finding.ok(
                    "log", log.log() + ": " + log.size() + " leaves" + how + (log.closed() ? "; closed" : "")));
        }
        return heads;
    }

    private void engine(NodeConfig config, @Nullable Heads heads) {
        if (heads == null || heads.engine().equals(EraRecord.SOLO)) {
            says.accept(Finding.ok("engine", "none is needed: this member is alone"));
            return;
        }
        Optional<Path> program = CometProgram.find(config.engineProgram());
        String version = program.map(CometProgram::version).orElse(null);
        if (version == null) {
            says.accept(Finding.fail("engine", "CometBFT is not on this machine", "thingstead engine install"));
        } else if (!version.contains(CometProgram.VERSION)) {
            says.accept(Finding.warn(
                    "engine",
                    program.get() + " is version " + version + ", " + CometProgram.VERSION
                            + " is the one that is tested",
                    "thingstead engine install"));
        } else {
            says.accept(Finding.ok("engine", program.get() + ", version " + version));
        }
    }

    private void ports(NodeConfig config, @Nullable Heads heads) {
        // Each is looked at, whatever the others are.
        boolean http = port("HTTP", config.httpListen(), NodeConfig.HTTP_PORT);
        boolean mqtt = port("MQTT", config.mqttListen(), NodeConfig.MQTT_PORT);
        boolean isAlone = heads == null || heads.engine().equals(EraRecord.SOLO);
        boolean members = isAlone || port("the members", config.membersListen(), NodeConfig.MEMBERS_PORT);
        boolean free = http && mqtt && members;
        if (config.tlsSettings().isPresent()) {
            free &= port("MQTT with TLS", config.mqttTlsListen(), NodeConfig.MQTT_TLS_PORT);
        }
        if (free) says.accept(Finding.ok("ports", "free"));
    }

    private boolean port(String what, Listen listen, int otherwise) {
        int port = listen.portOr(otherwise);
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(listen.hostOrLoopback()))) {
            return socket.isBound();
        } catch (IOException e) {
            says.accept(Finding.fail(
                    "ports",
                    "cannot listen for " + what + " on " + listen.hostOrLoopback() + ":" + port + ": " + e.getMessage(),
                    "end what listens there, or choose another port in thingstead.toml"));
            return false;
        }
    }

    private void clock(@Nullable Heads heads) {
        if (heads == null) return;
        long ahead = heads.blockTime() - System.currentTimeMillis();
        says.accept(
                ahead > 0
                        ? Finding.fail(
                                "clock",
                                "the clock is " + ahead / 1_000 + " s before the ledger's newest block",
                                "set the clock (NTP)")
                        : Finding.ok("clock", "after the ledger's newest block"));
    }

    private void series() {
        says.accept(
                Files.isDirectory(data.resolve("series"))
                        ? Finding.ok("series", "there; what they lack is read from the log at the next start")
                        : Finding.ok("series", "none; they are made from the log at the next start"));
    }

    private void backup() {
        var made = LastBackup.madeMs(data);
        String advice = "thingstead backup --data " + data + " -o FILE.zip";
        if (made.isEmpty()) {
            says.accept(Finding.warn("backup", "none was made of this folder", advice));
            return;
        }
        long age = System.currentTimeMillis() - made.getAsLong();
        String text = "the last one is " + age / DAY_MS + " days old";
        says.accept(age > BACKUP_WARN_MS ? Finding.warn("backup", text, advice) : Finding.ok("backup", text));
    }
}
