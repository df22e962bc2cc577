package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.cli.Thingstead;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the package and the container image say fits the program that is in them. Both are built and run by
/// `packaging/deb/check` and `packaging/container/check`.
class PackagingTest {
    private static final Path PACKAGING =
            Path.of(System.getProperty("project.root", "..")).resolve("packaging");

    @TempDir
    Path folder;

    private static String text(String file) throws Exception {
        return Files.readString(PACKAGING.resolve(file));
    }

    private static String found(String pattern, String text) {
        var matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    /// A program of the package, and what it is told.
    private static void isACommand(List<String> words) throws Exception {
        String launcher = words.getFirst().replaceAll(".*/", "");
        assertThat(text("deb/build")).contains("--name thingstead ", "--add-launcher thingstead-node=");
        assertThat(launcher).isIn("thingstead", "thingstead-node");
        Thingstead.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    }

    @Test
    void the_unit_starts_a_command_that_there_is_under_the_user_that_the_package_makes() throws Exception {
        String unit = text("deb/thingstead.service");
        isACommand(Arrays.asList(found("^ExecStart=(.*)$", unit).split(" ", -1)));
        String user = found("^User=(.*)$", unit);
        assertThat(text("deb/postinst")).contains("useradd --system --gid " + user + " ", "/var/lib/" + user);
        assertThat(found("^StateDirectory=(.*)$", unit)).isEqualTo(user);
    }

    @Test
    void every_line_of_the_configuration_is_one_that_the_node_takes() throws Exception {
        String given = text("deb/thingstead.toml");
        Path file = folder.resolve("thingstead.toml");
        Files.writeString(file, given);
        NodeConfig.read(file).requireValid();
        Files.writeString(
                file,
                given.lines()
                        .map(line -> line.replaceFirst("^# (?=\\[|[a-zA-Z]+ = )", ""))
                        .filter(line -> !line.startsWith("#"))
                        .collect(Collectors.joining("\n")));
        NodeConfig config = NodeConfig.read(file);
        config.requireValid();
        assertThat(config.memberId().value()).isEqualTo("acme");
        assertThat(config.tlsSettings()).isPresent();
        assertThat(config.engineProgram()).isNotNull();
    }

    @Test
    void health_is_a_yes_while_the_node_runs_and_a_no_when_it_does_not() throws Exception {
        Path data = folder.resolve("data");
        assertThat(health(data)).isEqualTo(1);
        try (Node _ = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0))) {
            assertThat(health(data)).isZero();
        }
        assertThat(health(data)).isEqualTo(1);
    }

    private static int health(Path data) {
        return Thingstead.commandLine()
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute("health", "--data", data.toString());
    }

    @Test
    void the_container_names_nothing_that_is_not_there() throws Exception {
        String file = text("container/Containerfile");
        assertThat(found("^COPY (\\S+) ", file)).isEqualTo("target/thingstead_*.deb");
        assertThat(text("deb/build")).contains("package=$home/target/thingstead_${version}_$arch.deb");
        for (String kind : List.of("ENTRYPOINT ", "HEALTHCHECK .* CMD ")) {
            String words = found("^" + kind + "\\[(.*)]$", file);
            isACommand(Arrays.stream(words.split(", ", -1))
                    .map(word -> word.substring(1, word.length() - 1))
                    .toList());
        }
        assertThat(found("^EXPOSE (.*)$", file).split(" ", -1))
                .containsExactly(
                        String.valueOf(NodeConfig.HTTP_PORT),
                        String.valueOf(NodeConfig.MQTT_PORT),
                        String.valueOf(NodeConfig.MQTT_TLS_PORT),
                        String.valueOf(NodeConfig.MEMBERS_PORT),
                        String.valueOf(NodeConfig.ENGINE_PORT));
        String user = found("^User=(.*)$", text("deb/thingstead.service"));
        assertThat(found("^USER (.*)$", file)).isEqualTo(user + ":" + user);
        assertThat(found("^VOLUME (.*)$", file)).isEqualTo("/var/lib/" + user);
    }
}
