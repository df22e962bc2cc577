package io.thingstead.node.cli;

import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.TextChange;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract diff OLD NEW`: what an amendment changes, in plain words.
@Command(
        name = "diff",
        description = {
            "Says in plain words what changes from one contract to another, as in an amendment.",
            "Exits with 1 when something does."
        },
        mixinStandardHelpOptions = true)
final class ContractDiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "OLD", description = "The contract as it was.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The contract as it is to be.")
    private Path after = Path.of("");

    @Mixin
    private ContractText text = new ContractText();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<TextChange> changes = TextChange.between(words(before, out), words(after, out));
        if (changes.isEmpty()) {
            out.println("Both say the same.");
        }
        for (TextChange change : changes) {
            out.println((change.isNew() ? "now: " : "was: ") + change.line());
        }
        out.flush();
        return changes.isEmpty() ? 0 : 1;
    }

    private String words(Path file, PrintWriter out) {
        ContractFile read = text.read(file);
        if (!read.isSound()) {
            ContractText.tell(read, file, out);
            out.flush();
            throw new RunningNode.NodeException(file + " should not be signed");
        }
        return PlainText.of(read.contract(), read.values(), read.accounts());
    }
}
