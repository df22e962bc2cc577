package io.thingstead.node.cli;

import io.thingstead.node.web.OfflineProofPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead proof-page`: writes the page that checks proofs in a browser as one file, for people without the
/// program.
@Command(
        name = "proof-page",
        mixinStandardHelpOptions = true,
        description =
                "Writes the page that checks proofs in a browser as one file that needs no server and no network.")
final class ProofPageCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "proof-page.html",
            description = "where to write it (default: ${DEFAULT-VALUE})")
    private Path output;

    @Override
    public Integer call() throws IOException {
        Files.write(output, OfflineProofPage.make());
        spec.commandLine()
                .getOut()
                .println("Wrote " + output + ": open it in a browser, with a proof and a trust file.");
        return 0;
    }
}
