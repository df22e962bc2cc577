package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.crypto.Base64Url;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead evidence`: has a promise checked against the mirror of the log that gave it.
@Command(
        name = "evidence",
        description = {
            "Asks the node whether a log kept a promise that a device got from it.",
            "One that it broke is put on the ledger. Exit code 0 kept or still open, 1 broken."
        },
        mixinStandardHelpOptions = true)
final class EvidenceCommand implements Callable<Integer> {
    private static final int MAX_FILE = 65_536;

    @Parameters(
            paramLabel = "FILE",
            description = "The promise: its bytes, or the node's answer to the frame (JSON with \"promise\").")
    private Path file = Path.of("");

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        JsonNode found = data.node().postBytes("/api/evidence/promise", promise());
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        String what = "leaf " + found.path("index").asText() + " of log "
                + found.path("log").asText();
        String state = found.path("state").asText();
        out.println(
                switch (state) {
                    case "kept" -> "kept: the promised entry is final, " + what;
                    case "open" -> "open: nothing is final there yet, and the time is not over, " + what;
                    default ->
                        "broken: "
                                + ("late".equals(found.path("how").asText())
                                        ? "nothing became final there in time, "
                                        : "another entry is final there, ")
                                + what + "; the ledger knows it now";
                });
        out.flush();
        return state.equals("broken") ? 1 : 0;
    }

    private byte[] promise() throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new RunningNode.NodeException(file + " is too large for a promise");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0 || bytes[0] != '{') {
            return bytes;
        }
        String promise = new ObjectMapper().readTree(bytes).path("promise").asText();
        return Base64Url.decode(promise)
                .filter(decoded -> decoded.length > 0)
                .orElseThrow(() -> new RunningNode.NodeException(file + " holds no promise"));
    }
}
