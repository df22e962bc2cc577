package io.thingstead.node.cli;

import io.thingstead.node.backup.Restored;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.upgrade.Upgrade;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `thingstead upgrade`: a data folder of an older version to this program's, and back.
@Command(
        name = "upgrade",
        description = {
            "Brings a data folder to this program's version, as a node does when it starts. What was there before is kept",
            "beside it, so that --rollback goes back, losing nothing that was acknowledged since. The node must not run."
        },
        mixinStandardHelpOptions = true)
final class UpgradeCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "The node's data folder.", required = true)
    private Path data = DataOption.NODE;

    @ArgGroup
    private Other other = new Other();

    @Spec
    private @Nullable CommandSpec spec;

    /// What else may be done.
    static final class Other {
        @Option(names = "--rollback", description = "Goes back to the version from before the last upgrade.")
        private boolean rollback;

        @Option(names = "--forget", description = "Takes the copy from before the last upgrade away.")
        private boolean forget;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(data.resolve("store"))) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    data + " is no data folder of a node: there is no store");
        }
        Restored.requireWhole(data);
        if (other.rollback) back();
        else if (other.forget) forget();
        else forward();
        return 0;
    }

    private void forward() {
        Upgrade.Done done = Upgrade.ifOlder(data, this::say);
        say(
                done.isNothing()
                        ? data + " is of version " + done.to() + ": there is nothing to do."
                        : "Upgraded " + data + " from version " + done.from() + " to " + done.to()
                                + ". What was there is kept: --rollback goes back, --forget lets it go.");
    }

    private void back() {
        Upgrade.Done done = Upgrade.rollback(data, this::say);
        say(data + " is of version " + done.to()
                + " again. Start the older program now: this one would upgrade it once more.");
    }

    private void forget() {
        int kept = Upgrade.kept(data);
        Upgrade.forget(data);
        say(
                kept == FolderVersion.NONE
                        ? "No copy from before an upgrade is kept in " + data + "."
                        : "Took away the copy of version " + kept + " in " + data + ".");
    }

    private void say(String line) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
