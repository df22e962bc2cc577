package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract status [NUMBER]`: where this member's contracts stand, or one of them with every step.
@Command(
        name = "status",
        description = "Lists this member's contracts; with a number, where it stands and what led there.",
        mixinStandardHelpOptions = true)
final class ContractStatusCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NUMBER", arity = "0..1", description = "The contract's number on the ledger.")
    private @Nullable Long number;

    @Option(names = "--words", description = "With what it says, in plain words.")
    private boolean words;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningNode node = data.node();
        if (number == null) {
            JsonNode contracts = node.getJson("/api/contracts").path("contracts");
            if (contracts.isEmpty()) {
                out.println("No contracts yet. To begin with one: thingstead contract template");
            }
            for (JsonNode contract : contracts) {
                out.println(contract.path("number").asLong() + "  "
                        + contract.path("title").asText() + "  "
                        + contract.path("status").asText()
                        + (contract.hasNonNull("state")
                                ? " in " + contract.path("state").asText()
                                : "")
                        + (contract.hasNonNull("party")
                                ? "  as " + contract.path("party").asText()
                                : "")
                        + (contract.hasNonNull("dueMs")
                                ? "  until "
                                        + Instant.ofEpochMilli(
                                                contract.path("dueMs").asLong())
                                : ""));
            }
        } else {
            JsonNode contract = node.getJson("/api/contracts/" + number);
            if (words) {
                out.println(contract.path("words").asText());
            }
            ContractText.status(contract, out);
        }
        out.flush();
        return 0;
    }
}
