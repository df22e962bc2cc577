package io.thingstead.node.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract withdraw NUMBER`: takes a draft back that not all have signed.
@Command(
        name = "withdraw",
        description = "Takes a draft back that not all parties have signed.",
        mixinStandardHelpOptions = true)
final class ContractWithdrawCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NUMBER", description = "The contract's number on the ledger.")
    private long number;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        data.node().post("/api/contracts/" + number + "/withdraw", Map.of());
        out.println("Contract " + number + " is withdrawn.");
        out.flush();
        return 0;
    }
}
