package io.thingstead.node.cli;

import io.thingstead.node.contract.ContractFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract check FILE`: everything that is looked at before anyone signs.
@Command(
        name = "check",
        description = {
            "Checks a contract: that it always ends, that every amount is there and none stays locked up, that nobody"
                    + " wins by silence, that nothing is ambiguous.",
            "Exits with 1 when it should not be signed."
        },
        mixinStandardHelpOptions = true)
final class ContractCheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The contract, YAML or JSON.")
    private Path file = Path.of("");

    @Mixin
    private ContractText text = new ContractText();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        ContractFile read = text.read(file);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean sound = ContractText.tell(read, file, out);
        out.println(
                sound
                        ? file + " is sound: " + read.contract().states().size() + " states, "
                                + read.contract().parties().size() + " parties."
                        : file + " should not be signed.");
        out.flush();
        return sound ? 0 : 1;
    }
}
