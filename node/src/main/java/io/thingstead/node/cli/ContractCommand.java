package io.thingstead.node.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `thingstead contract`: contracts with terms and conditions, from a template to what they would have done.
@Command(
        name = "contract",
        description =
                "Contracts that act on readings and pay: write, check, read and try them; sign them, and see where they stand.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            ContractTemplateCommand.class,
            ContractCheckCommand.class,
            ContractRenderCommand.class,
            ContractDiffCommand.class,
            ContractSimulateCommand.class,
            ContractDraftCommand.class,
            ContractSignCommand.class,
            ContractStatusCommand.class,
            ContractStepCommand.class,
            ContractDemandCommand.class,
            ContractWithdrawCommand.class
        },
        footer = {"", "docs/contracts.md describes the language."})
final class ContractCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /// Without a command: what there is.
    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }
}
