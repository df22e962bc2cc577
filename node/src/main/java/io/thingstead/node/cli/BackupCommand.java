package io.thingstead.node.cli;

import io.thingstead.node.backup.Backup;
import io.thingstead.node.backup.BackupManifest;
import io.thingstead.node.backup.Heads.LogHead;
import io.thingstead.node.backup.LastBackup;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.backup.StoreSnapshot;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `thingstead backup`: of a node that runs, or of one that rests.
@Command(
        name = "backup",
        description = {
            "Writes a verified copy of what a member cannot make again: its log and ledger. The node may run meanwhile.",
            "The keys are in it only with --with-keys: whoever has them is the member. Keep them apart, copied once",
            "and again after they changed; two nodes with the same keys would be caught voting twice."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "The node's data folder.", required = true)
    private Path data = DataOption.NODE;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR|FILE.zip",
            required = true,
            description = "A folder that is not there yet, or one file when the name ends in .zip.")
    private Path out = Path.of("");

    @Option(names = "--with-keys", description = "Puts the member's keys into it, too.")
    private boolean withKeys;

    @Option(names = "--verbose", description = "Says what is being done.")
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter to = Objects.requireNonNull(spec).commandLine().getOut();
        if (!Files.isDirectory(data.resolve("store"))) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    data + " is no data folder of a node: there is no store");
        }
        Restored.requireWhole(data);
        long now = System.currentTimeMillis();
        BackupManifest manifest;
        try (StoreSnapshot _ = StoreSnapshot.hold(data)) {
            Path snapshot = Snapshots.take(data);
            String version = new Thingstead.Version().getVersion()[0];
            manifest = Backup.write(data, snapshot, out, withKeys, version, now, line -> {
                if (verbose) to.println(line);
            });
            LastBackup.made(data, now);
        }
        say(to, manifest);
        return 0;
    }

    private void say(PrintWriter to, BackupManifest manifest) {
        long bytes = manifest.files().stream().mapToLong(file -> file.bytes()).sum();
        to.println("Wrote and verified " + out + ": " + manifest.files().size() + " files, " + bytes + " bytes.");
        to.println("  ledger " + manifest.heads().ledger() + " at block "
                + manifest.heads().height() + ", " + manifest.heads().events() + " events");
        for (LogHead log : manifest.heads().logs()) {
            to.println("  log " + log.log() + ": " + log.size() + " leaves, " + log.anchored() + " of them final"
                    + (log.closed() ? ", closed" : ""));
        }
        to.println(
                manifest.keys()
                        ? "The member's keys are in it: whoever has this copy can sign as "
                                + manifest.heads().member() + "."
                        : "The member's keys are not in it: keep a copy of " + data.resolve("keys") + " elsewhere.");
        if (manifest.keys() && !manifest.heads().hasOneMember()) {
            to.println(
                    "The engine key is among them: a second node that votes with it is caught voting twice. Keep this");
            to.println("copy apart from other backups, and start nothing from it while the member's node runs.");
        }
        to.flush();
    }
}
