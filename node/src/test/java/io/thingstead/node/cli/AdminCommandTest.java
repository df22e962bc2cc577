package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead admin link`, at a node that runs.
class AdminCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void a_link_is_made_at_the_node_and_only_for_who_is_known() throws Exception {
        Path config = folder.resolve("thingstead.toml");
        Files.writeString(config, "[people]\nrequired = true\naddress = \"https://things.example\"\n");
        String data = folder.resolve("node").toString();
        assertThat(run("admin", "link", "--data", data)).isNotZero();
        assertThat(err.toString()).contains("no node runs");
        try (Node node =
                Node.start(folder.resolve("node"), NodeConfig.read(config).withPorts(0, 0))) {
            assertThat(run("admin", "link", "--data", data)).isZero();
            assertThat(out.toString().strip())
                    .matches("https://things\\.example/sign-in#[A-Za-z0-9_-]{43}")
                    .isNotEqualTo(node.firstLink().orElseThrow());
            assertThat(run("admin", "link", "--data", data, "--for", "nobody")).isNotZero();
            assertThat(err.toString()).contains("person.unknown");
        }
    }
}
