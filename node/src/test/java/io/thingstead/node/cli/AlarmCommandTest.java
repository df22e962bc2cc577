package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.view.SigningDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead alarm` at a running node.
class AlarmCommandTest {
    @TempDir
    Path folder;

    private int code;

    private String run(String... arguments) {
        var out = new StringWriter();
        code = Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
        return out.toString();
    }

    @Test
    void a_file_is_checked_a_rule_of_it_is_tried_on_the_past_and_what_it_raises_is_listed() throws Exception {
        Path rules = folder.resolve("new.toml");
        Files.writeString(rules, "[rule.warm]\nquantity = \"temperature\"\nabove = 8\n");
        Path data = folder.resolve("node");
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0))) {
            var box = SigningDevice.registered(node.core(), "box-1");
            long t = System.currentTimeMillis() - 60_000;
            for (double value : new double[] {5, 9.5, 12, 6})
                box.send(Measurement.of("temperature", "Cel", value, t += 1_000));
            while (node.seriesBehind() > 0) Thread.sleep(20);

            assertThat(run("alarm", "check", rules.toString()))
                    .isEqualToNormalizingNewlines("warm: temperature above 8; over when at most 8\n");
            assertThat(run(
                            "alarm",
                            "test",
                            "warm",
                            "--file",
                            rules.toString(),
                            "--device",
                            "box-1",
                            "--data",
                            data.toString()))
                    .contains("temperature above 8; over when at most 8")
                    .contains("acme:box-1  raised " + Instant.ofEpochMilli(t - 2_000) + "  cleared "
                            + Instant.ofEpochMilli(t) + "  9.5 Cel, at worst 12.0 Cel")
                    .contains("One alarm over 4 readings of 1 device from ");
            assertThat(code).isZero();
            assertThat(run(
                            "alarm",
                            "test",
                            "warm",
                            "--file",
                            rules.toString(),
                            "--from",
                            "2020-01-01",
                            "--to",
                            "2020-02-01",
                            "--json",
                            "--data",
                            data.toString()))
                    .contains("\"alarms\":[]")
                    .contains("\"complete\":true");
            assertThat(run("alarm", "test", "warm", "--data", data.toString())).contains("there is no rule warm");
            assertThat(code).isNotZero();
            assertThat(run("alarm", "list", "--data", data.toString())).contains("No alarm is raised.");

            Files.copy(rules, data.resolve("alarms.toml"));
            while (!run("alarm", "test", "warm", "--data", data.toString()).contains("One alarm")) Thread.sleep(200);
            box.send(Measurement.of("temperature", "Cel", 20, System.currentTimeMillis()));
            while (node.alarms().raised() == 0) Thread.sleep(20);
            assertThat(run("alarm", "list", "--data", data.toString()))
                    .contains("no. 1  warning  warm  acme:box-1  raised  raised 20");

            Files.writeString(rules, "[rule.warm]\nquantity = \"temperature\"\nabvoe = 8\n");
            assertThat(run("alarm", "check", rules.toString())).contains("line 3, rule.warm: unknown key \"abvoe\"");
            assertThat(code).isNotZero();
        }
    }
}
