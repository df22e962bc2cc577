package io.thingstead.node.cli;

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
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead prove`: one reading's proof in one file.
@Command(
        name = "prove",
        description = "Writes the proof of a device's frame into a file that anybody can verify offline.",
        mixinStandardHelpOptions = true)
final class ProveCommand implements Callable<Integer> {
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MS = 250;

    @Option(names = "--device", paramLabel = "D", required = true, description = "The device, member:name.")
    private String device = "";

    @Option(names = "--number", paramLabel = "N", required = true, description = "The frame's sequence number.")
    private long number;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the proof (default: <device>-<number>.proof.json).")
    private @Nullable Path output;

    @Option(names = "--trust-output", paramLabel = "FILE", description = "Also write the ledger's trust file.")
    private @Nullable Path trustOutput;

    @Option(
            names = "--links-from",
            paramLabel = "TRUST",
            description = "Put into the proof what leads from this older trust file to the members that sign now.")
    private @Nullable Path linksFrom;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunningNode node = data.node();
        Path file = output != null ? output : Path.of(device.replace(':', '-') + "-" + number + ".proof.json");
        String query = linksFrom == null
                ? ""
                : "?linksFrom=" + TrustText.read(linksFrom).height();
        Files.write(file, whenFinal(node, query));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println("wrote " + file + " (" + Files.size(file) + " bytes)");
        if (trustOutput != null) {
            Files.write(trustOutput, node.get("/api/trust"));
            out.println("wrote " + trustOutput);
        }
        out.println("verify it with: ./thingstead verify " + file + " --trust "
                + (trustOutput != null ? trustOutput : linksFrom != null ? linksFrom : "FILE.trust.json"));
        out.flush();
        return 0;
    }

    /// A frame that was just accepted becomes final within a second or two: wait for that.
    private byte[] whenFinal(RunningNode node, String query) throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                return node.get("/api/proofs/" + device + "/" + number + query);
            } catch (RunningNode.NodeException e) {
                if (i == ATTEMPTS || !String.valueOf(e.getMessage()).startsWith("proof.not-final")) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
