package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

/// `thingstead contract draft FILE`: brings a contract onto the ledger, for all its parties to sign.
@Command(
        name = "draft",
        description = {
            "Brings a contract onto the ledger, for all its parties to sign within seven days.",
            "Each party needs an account, in the file or as --set PARTY=member/NAME."
        },
        mixinStandardHelpOptions = true)
final class ContractDraftCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The contract, YAML or JSON.")
    private Path file = Path.of("");

    @Option(
            names = "--replaces",
            paramLabel = "NUMBER",
            description = {
                "An amendment: it comes in place of this running contract once all have signed it anew.",
                "What that one holds goes back to who locked it up, in the same moment."
            })
    private @Nullable Long replaces;

    @Mixin
    private ContractText text = new ContractText();

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        ContractFile read = text.read(file);
        boolean sound = ContractText.tell(read, file, out);
        out.flush();
        if (!sound) {
            return 1;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("text", Files.readString(file));
        body.put("values", text.given());
        if (replaces != null) {
            body.put("replaces", replaces);
        }
        JsonNode done = data.node().post("/api/contracts", body);
        long number = ContractText.number(done);
        out.print(PlainText.of(read.contract(), read.values(), read.accounts()));
        out.println();
        out.println("It is contract " + number
                + " on the ledger. Each party signs it at its node: thingstead contract sign " + number);
        out.flush();
        return 0;
    }
}
