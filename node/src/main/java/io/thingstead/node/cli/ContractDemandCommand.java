package io.thingstead.node.cli;

import java.io.PrintWriter;
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

/// `thingstead contract demand NUMBER STREAM`: demands the readings of a span, as the contract lets this member.
@Command(
        name = "demand",
        description = {
            "Demands the readings of a stream over a span, where the contract lets this member.",
            "The node of whoever holds the device delivers them by itself; where it does not, the contract says what follows."
        },
        mixinStandardHelpOptions = true)
final class ContractDemandCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NUMBER", description = "The contract's number on the ledger.")
    private long number;

    @Parameters(index = "1", paramLabel = "STREAM", description = "The stream's name in the contract.")
    private String stream = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "The span's begin, for example 2026-05-01T08:00:00Z (default: the contract's begin).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "The span's end (default: now).")
    private @Nullable String to;

    @Option(
            names = "--party",
            paramLabel = "NAME",
            description = "For this party, where the member speaks for several.")
    private @Nullable String party;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningNode node = data.node();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("stream", stream);
        if (from != null) {
            body.put("fromMs", ExportCommand.millis(from));
        }
        if (to != null) {
            body.put("toMs", ExportCommand.millis(to));
        }
        if (party != null) {
            body.put("party", party);
        }
        node.post("/api/contracts/" + number + "/demands", body);
        ContractText.status(node.getJson("/api/contracts/" + number), out);
        out.flush();
        return 0;
    }
}
