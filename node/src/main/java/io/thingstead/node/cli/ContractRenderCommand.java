package io.thingstead.node.cli;

import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract render FILE`: the contract in plain words, which is what parties sign.
@Command(
        name = "render",
        description = "Says in plain words what a contract means: the text whose hash the parties sign.",
        mixinStandardHelpOptions = true)
final class ContractRenderCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The contract, YAML or JSON.")
    private Path file = Path.of("");

    @Option(names = "--hash", description = "Only the text's hash.")
    private boolean hash;

    @Mixin
    private ContractText text = new ContractText();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        ContractFile read = text.read(file);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (!read.isSound()) {
            ContractText.tell(read, file, out);
            out.flush();
            return 1;
        }
        String words = PlainText.of(read.contract(), read.values(), read.accounts());
        out.print(hash ? HexFormat.of().formatHex(PlainText.hash(words)) + "\n" : words);
        out.flush();
        return 0;
    }
}
