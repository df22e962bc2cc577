package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract sign NUMBER`: shows what is signed, and signs it for this member.
@Command(
        name = "sign",
        description = {
            "Signs a contract for this member: what it says is shown first, and what is signed is exactly that.",
            "With the last party's signature it begins, and the deposits are locked up."
        },
        mixinStandardHelpOptions = true)
final class ContractSignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NUMBER", description = "The contract's number on the ledger.")
    private long number;

    @Option(
            names = "--agreement",
            paramLabel = "HEX",
            description = "Sign only if the contract is this one, which was read before.")
    private @Nullable String agreement;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningNode node = data.node();
        JsonNode contract = node.getJson("/api/contracts/" + number);
        if (!contract.hasNonNull("words")) {
            throw new RunningNode.NodeException(
                    "the words of contract " + number + " cannot be made here as they were signed: nobody can read it");
        }
        String shown = contract.path("agreement").asText();
        if (agreement != null && !agreement.equals(shown)) {
            throw new RunningNode.NodeException("contract " + number + " is another one: its agreement is " + shown);
        }
        out.print(contract.path("words").asText());
        out.println();
        if (contract.hasNonNull("replaces")) {
            out.println("It comes in place of contract "
                    + contract.path("replaces").asLong() + ", whose deposits go back. What it changes:");
            for (JsonNode change : contract.path("changes")) {
                out.println((change.path("added").asBoolean() ? "  + " : "  - ")
                        + change.path("line").asText());
            }
            out.println();
        }
        node.post("/api/contracts/" + number + "/sign", Map.of("agreement", shown));
        out.println("Signed for this member: " + shown);
        ContractText.status(node.getJson("/api/contracts/" + number), out);
        out.flush();
        return 0;
    }
}
