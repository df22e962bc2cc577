package io.thingstead.node.cli;

import io.thingstead.node.Rebuild;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead rebuild`: checks the log from its first leaf and makes the views again from it.
@Command(
        name = "rebuild",
        description = {
            "Checks the log and the ledger from their beginning, and makes the series again from the log.",
            "What is missing or damaged is named under a code, with what to do. The node must not run."
        },
        mixinStandardHelpOptions = true)
final class RebuildCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "The node's data folder.", required = true)
    private Path data = DataOption.NODE;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean sound = Rebuild.run(data, line -> {
            out.println(line);
            out.flush();
        });
        return sound ? 0 : Failures.EXIT_FAILED;
    }
}
