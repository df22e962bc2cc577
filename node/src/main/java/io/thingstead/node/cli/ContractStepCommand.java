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

/// `thingstead contract step NUMBER WAY`: signs or pays a way on for this member, pauses or resumes.
@Command(
        name = "step",
        description = "Signs a way on of a running contract for this member, or pays it, pauses or resumes the time.",
        mixinStandardHelpOptions = true)
final class ContractStepCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NUMBER", description = "The contract's number on the ledger.")
    private long number;

    @Parameters(index = "1", arity = "0..1", paramLabel = "WAY", description = "The way on, as status lists it.")
    private @Nullable String way;

    @Option(names = "--pay", description = "Pay it, where it happens by paying.")
    private boolean pay;

    @Option(names = "--pause", description = "Let its time stand still.")
    private boolean pause;

    @Option(names = "--resume", description = "Let its time go on.")
    private boolean resume;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningNode node = data.node();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", pause ? "pause" : resume ? "resume" : pay ? "pay" : "sign");
        if (way != null) {
            body.put("way", way);
        }
        node.post("/api/contracts/" + number + "/steps", body);
        ContractText.status(node.getJson("/api/contracts/" + number), out);
        out.flush();
        return 0;
    }
}
