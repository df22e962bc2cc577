package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages as JSON are one object a line, whatever stands in them.
class JsonLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void a_message_with_quotes_line_breaks_and_a_stack_is_one_line() throws Exception {
        var context = new LoggerContext();
        var event = new LoggingEvent(
                JsonLinesTest.class.getName(),
                context.getLogger("io.thingstead.node.Some"),
                Level.WARN,
                "said \"{}\"\nand then\u2028more",
                new IllegalStateException("broken\nin two"),
                new Object[] {"n\to"});
        event.setTimeStamp(1_800_000_000_123L);
        event.setThreadName("worker");
        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith("\n").containsOnlyOnce("\n");
        var read = JSON.readTree(line);
        assertThat(read.path("time").asText()).isEqualTo("2027-01-15T08:00:00.123Z");
        assertThat(read.path("level").asText()).isEqualTo("WARN");
        assertThat(read.path("logger").asText()).isEqualTo("io.thingstead.node.Some");
        assertThat(read.path("thread").asText()).isEqualTo("worker");
        assertThat(read.path("message").asText()).isEqualTo("said \"n\to\"\nand then\u2028more");
        assertThat(read.path("error").asText())
                .startsWith("java.lang.IllegalStateException: broken\nin two")
                .contains("JsonLinesTest");
    }

    /// The real program: what it says while it starts, and that it cannot.
    @Test
    void a_node_that_is_told_so_writes_nothing_else() throws Exception {
        Path config = Files.writeString(folder.resolve("thingstead.toml"), """
                member = "acme"

                [http]
                host = "192.0.2.1"
                port = 1

                [mqtt]
                port = 0

                [log]
                format = "json"
                """);
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Thingstead.class.getName(),
                        "node",
                        "--data",
                        folder.resolve("data").toString(),
                        "--config",
                        config.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(1);
        List<String> lines = Files.readAllLines(said);
        assertThat(lines).hasSizeGreaterThan(1);
        for (String line : lines) {
            assertThat(line).startsWith("{\"time\"");
            assertThat(JSON.readTree(line).path("level").asText()).isNotEmpty();
        }
        assertThat(lines.getFirst()).contains("founded ledger");
        assertThat(lines.getLast()).contains("cannot listen on 192.0.2.1:1");
    }
}
