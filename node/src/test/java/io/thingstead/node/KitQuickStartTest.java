package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.cli.Thingstead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quick start of the Java kit does what its document says, as it stands there.
class KitQuickStartTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("project.root", ".."), "docs", "kit-java.md");
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LEDGER = Pattern.compile("The ledger's id[^:]*: ([0-9a-f]+)");

    @TempDir
    private Path folder;

    private static String found(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private String added(Path data) {
        var out = new StringWriter();
        int code = Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(
                        "device",
                        "add",
                        "kitchen",
                        "--key",
                        folder.resolve("kitchen.pem").toString(),
                        "--data",
                        data.toString());
        assertThat(code).as(out.toString()).isZero();
        return found(LEDGER, out.toString());
    }

    @Test
    void the_program_of_the_document_sends_three_readings() throws Exception {
        Files.writeString(folder.resolve("QuickStart.java"), found(PROGRAM, Files.readString(DOCUMENT)));
        Path data = folder.resolve("node");
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withPorts(0, 0))) {
            var builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "QuickStart.java")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("said").toFile());
            builder.environment().put("LEDGER", added(data));
            builder.environment().put("NODE", node.page());
            Process process = builder.start();
            try {
                assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(folder.resolve("said"));
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said)
                    .contains(
                            "frame 1 is on the node's disk",
                            "frame 2 is on the node's disk",
                            "frame 3 is on the node's disk");
        }
    }
}
