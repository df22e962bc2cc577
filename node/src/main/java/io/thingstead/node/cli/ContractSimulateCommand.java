package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.DryRun;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.PastReadings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract simulate FILE`: what a contract would have done with readings of the past.
@Command(
        name = "simulate",
        description = {
            "Runs a contract on readings of the past, and shows every step with what it would have paid.",
            "The readings come from a file that `thingstead export --format ndjson` wrote, or from the running node."
        },
        mixinStandardHelpOptions = true)
final class ContractSimulateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The contract, YAML or JSON.")
    private Path file = Path.of("");

    @Option(
            names = "--readings",
            paramLabel = "FILE",
            description = "Readings as JSON lines, as `export` writes them (default: those of the running node).")
    private @Nullable Path readings;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "When all have signed (default: a moment before the first reading).")
    private @Nullable String start;

    @Option(names = "--until", paramLabel = "TIME", description = "Up to when time goes on (default: until it ends).")
    private @Nullable String until;

    @Option(
            names = "--sign",
            paramLabel = "PARTY:WAY@TIME",
            description = "A party signs or pays a way on at a time. May be given often.")
    private List<String> signatures = new ArrayList<>();

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
        if (!read.isSound()) {
            ContractText.tell(read, file, out);
            out.flush();
            return 1;
        }
        PastReadings past = past(read);
        List<DryRun.Input> inputs = new ArrayList<>(past.inputs());
        for (String signature : signatures) {
            inputs.add(signed(signature));
        }
        if (start == null && inputs.isEmpty()) {
            throw new RunningNode.NodeException(
                    "no readings of this contract's devices, and no signature: say when it" + " begins with --start");
        }
        long from = start != null
                ? ExportCommand.millis(start)
                : inputs.stream().mapToLong(DryRun.Input::time).min().orElseThrow() - 1;
        Machine machine = new Machine(new Code(read.contract()), read.values());
        DryRun.Outcome outcome =
                DryRun.of(machine, from, inputs, until == null ? Long.MAX_VALUE : ExportCommand.millis(until));
        out.println(past.inputs().size() + " readings of " + past.streams() + " streams"
                + (past.skipped() == 0 ? "" : "; " + past.skipped() + " in another unit or out of range left out"));
        outcome.timeline().forEach(moment -> tell(read.contract(), moment, out));
        out.println(
                outcome.ended()
                        ? "It ends in “" + outcome.state() + "”: "
                                + read.contract().state(outcome.state()).means()
                        : "It stands in “" + outcome.state() + "”.");
        out.flush();
        return 0;
    }

    private static void tell(Contract contract, DryRun.Moment moment, PrintWriter out) {
        out.println(Instant.ofEpochMilli(moment.time()) + "  " + moment.words()
                + (moment.refused() ? "" : "  → " + moment.state()));
        for (Act act : moment.acts()) {
            out.println("    " + act.inWords(contract));
        }
    }

    private static DryRun.Signed signed(String text) {
        int colon = text.indexOf(':');
        int at = text.indexOf('@');
        if (colon < 1 || at < colon) {
            throw new RunningNode.NodeException("not PARTY:WAY@TIME: " + text);
        }
        return new DryRun.Signed(
                ExportCommand.millis(text.substring(at + 1)), text.substring(0, colon), text.substring(colon + 1, at));
    }

    private PastReadings past(ContractFile read) throws IOException {
        PastReadings past = new PastReadings(read.contract(), read.values());
        byte[] lines;
        if (readings != null) {
            if (!Files.exists(readings)) {
                throw new RunningNode.NodeException("no file " + readings);
            }
            lines = Files.readAllBytes(readings);
        } else {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            data.node()
                    .download(
                            "/api/export?format=ndjson&device="
                                    + URLEncoder.encode(String.join(",", past.devices()), StandardCharsets.UTF_8),
                            answer);
            lines = answer.toByteArray();
        }
        new String(lines, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> {
                    JsonNode row = RunningNode.parse(line.getBytes(StandardCharsets.UTF_8));
                    if (row.path("value").isNumber() || row.path("value").isBoolean()) {
                        past.add(
                                row.path("timeMs").asLong(),
                                row.path("device").asText(),
                                row.path("name").asText(),
                                row.path("unit").asText(""),
                                row.path("value").isBoolean()
                                        ? (row.path("value").asBoolean() ? 1 : 0)
                                        : row.path("value").asDouble(),
                                row.path("index").asLong());
                    }
                });
        return past;
    }
}
