package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thingstead.node.consensus.comet.CometProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Programs outside the JVM that a test runs. Where one is missing, the test is skipped and says so; where everything
/// is asked for (`THINGSTEAD_TEST_ALL=1`), it fails.
public final class Programs {
    private static final boolean ALL = "1".equals(System.getenv("THINGSTEAD_TEST_ALL"));

    private Programs() {}

    public static void need(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return;
            }
        }
        missing(program + " is not installed");
    }

    /// The consensus engine of several members.
    public static Path engine() {
        var found = CometProgram.find(null);
        if (found.isEmpty()) {
            missing("the consensus engine is not installed (./thingstead engine install)");
        }
        return found.orElseThrow();
    }

    /// Skips the test, or fails it.
    public static void missing(String text) {
        if (ALL) {
            fail(text);
        }
        System.out.println("SKIPPED: " + text);
        assumeTrue(false, text);
    }

    /// A Python 3 with these packages.
    public static String python(String... packages) throws IOException, InterruptedException {
        String python = Objects.requireNonNullElse(System.getenv("THINGSTEAD_PYTHON"), "python3");
        need(python);
        for (String name : packages) {
            Process process = new ProcessBuilder(python, "-c", "import " + name)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                missing("the Python package " + name + " is not installed");
            }
        }
        return python;
    }

    public static String run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    /// What the program says; it has to end well within a minute.
    public static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), output)
                    .isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
