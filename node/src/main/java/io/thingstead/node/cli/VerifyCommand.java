package io.thingstead.node.cli;

import io.thingstead.kit.proof.ProofVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead verify`: checks a proof file against a trust file, offline, and says each step in plain words.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a proof file against a trust file, step by step, without any network.",
            "Exit code 0: proven; 1: false, or not proven; 2: unreadable."
        })
final class VerifyCommand implements Callable<Integer> {
    /// More than any readable file: the verifier sees that it is too long, and memory is safe.
    private static final int MAX_READ = 1 << 20;

    private static final int UNREADABLE = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the proof file (*.proof.json)")
    private Path proof;

    @Option(
            names = "--trust",
            paramLabel = "TRUST",
            required = true,
            description = "the trust file (*.trust.json): whose signatures you believe")
    private Path trust;

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        try {
            var report = ProofVerifier.verify(read(proof), read(trust));
            long now = System.currentTimeMillis();
            if (json) {
                out.println(ReportJson.of(report, trust, now));
            } else {
                new ReportText(out, Ansi.AUTO.enabled()).print(report, trust, now);
            }
            out.flush();
            return report.exitCode();
        } catch (NoSuchFileException e) {
            return unreadable("There is no file " + e.getFile());
        } catch (IOException e) {
            return unreadable("Cannot read: " + e.getMessage());
        }
    }

    private static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_READ);
        }
    }

    private int unreadable(String why) {
        spec.commandLine().getErr().println(why);
        return UNREADABLE;
    }
}
