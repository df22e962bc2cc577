package io.thingstead.node.cli;

import io.thingstead.node.backup.BackupManifest;
import io.thingstead.node.backup.Heads.LogHead;
import io.thingstead.node.backup.Restore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead restore`: puts a backup into an empty folder, checks all of it, and says what to do next.
@Command(
        name = "restore",
        description = {
            "Puts a backup into an empty data folder and checks all of it. The node that starts there closes the log",
            "of the backup and opens the next one: what was signed after the backup is never contradicted."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BACKUP", description = "What `thingstead backup` wrote.")
    private Path backup = Path.of("");

    @Option(names = "--data", paramLabel = "DIR", description = "An empty folder.", required = true)
    private Path data = DataOption.NODE;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "A copy of the member's keys, where they are not in the backup.")
    private @Nullable Path keys;

    @Option(names = "--verbose", description = "Says what is being done.")
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Restore.Done done = Restore.into(backup, data, keys, line -> {
            if (verbose) say(line);
        });
        BackupManifest manifest = done.manifest();
        String made = Instant.ofEpochMilli(manifest.madeMs()).toString();
        say("Restored " + data + " from the backup of " + made + "; all of it is sound:");
        say("  ledger " + manifest.heads().ledger() + " at block "
                + manifest.heads().height() + ", " + manifest.heads().events() + " events");
        for (LogHead log : manifest.heads().logs()) say("  log " + log.log() + ": " + log.size() + " leaves");
        say("");
        say("NEVER start a node in the old data folder again, nor a second one from this backup while one runs: the");
        say("same keys would sign two different things, and be caught.");
        say("");
        if (manifest.heads().hasOneMember()) alone(made);
        else shared();
        say(
                "Readings that were acknowledged after the backup are lost here; proofs made of them hold. Pages and series");
        say(
                "show what comes from now on; what is in the log from before is proven as it was (prove --device --number).");
        say("");
        if (!done.hasKeys()) {
            say("The keys are missing: put the member's keys into " + data.resolve("keys") + " first.");
        }
        say("Now start it with the thingstead.toml it had before, with at least");
        say("  member = \"" + manifest.heads().member() + "\"");
        say("and make a backup of it, and a copy of its keys, which are partly new, once it runs.");
        return 0;
    }

    private void alone(String made) {
        say("THE LEDGER GOES BACK TO " + made + ", because this member is alone: what it recorded since then is gone.");
        say("  Devices registered, keys revoked and grants made or taken back since then: do them again.");
        say("  A key that was revoked since then is in force again until you revoke it.");
        say("  Proofs made since then still verify: they show what this member signed. But this ledger does not know");
        say(
                "  them, and gives the numbers of their blocks and events to others: whoever holds proofs of both can show");
        say("  that the ledger went back. With several members it cannot.");
        say(
                "HAS THIS MEMBER FOUNDED OR JOINED A SHARED LEDGER SINCE? Then start no node here: it would sign a fork of it.");
        say(
                "  Keys that vote there are refused (restore.shared), but a copy of them from before the founding cannot tell.");
        say("  Come back to the shared ledger with: ./thingstead consortium rejoin");
    }

    private void shared() {
        say("The ledger does not go back: the other members have it, and this one catches up with them. It holds its");
        say("votes back until it cannot vote twice, then closes its log (lost data) and opens the next one.");
    }

    private void say(String line) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
