package io.thingstead.node.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Programs;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sets of MQTT conformance cases that nobody here wrote, run as `docs/mqtt-conformance.md` says: what is passed there
/// passes, and every case has a row. `-Dconformance.all` runs what is left out too.
class MqttConformanceE2E {
    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));
    private static final Path SCRIPTS = PROJECT.resolve(Path.of("node", "src", "test", "resources", "strangers"));
    private static final boolean ALL = System.getProperty("conformance.all") != null;
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| (passed|left out: .+) \\|$");
    private static final int BESIDE = 6;

    @TempDir
    private Path folder;

    private Node node;

    @BeforeEach
    void start() {
        node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void eclipse_pahos_interoperability_tests() throws Exception {
        String python = Programs.python("paho.mqtt");
        check("Eclipse Paho", python, "paho_interoperability.py", "paho_mqtt-2.2.0");
    }

    @Test
    void mosquittos_tests_of_brokers() throws Exception {
        List<DeviceId> devices = IntStream.range(0, BESIDE)
                .mapToObj(i -> DeviceId.of("home:tested-" + i))
                .toList();
        assertThat(node.core()
                        .registrar()
                        .ask(devices.stream()
                                .<io.thingstead.node.ledger.action.Action>map(RegisterDevice::withToken)
                                .toList()))
                .isEmpty();
        String tokens = devices.stream()
                .map(device -> node.demoTarget().token().apply(device))
                .collect(Collectors.joining(","));
        check("mosquitto", Programs.python(), "mosquitto_broker_tests.py", "mosquitto-2.0.11", tokens);
    }

    /// @param heading how the part of the document begins
    private void check(String heading, String python, String script, String set, String... more) throws Exception {
        Path source = source(set);
        List<Row> rows = rows(heading);
        List<String> command = new ArrayList<>(List.of(
                python, SCRIPTS.resolve(script).toString(), source.toString(), String.valueOf(node.mqttPort())));
        command.addAll(List.of(more));
        List<String> cases = run(command);
        assertThat(cases).hasSizeGreaterThan(20);
        Map<String, Row> rowOf = cases.stream().collect(Collectors.toMap(each -> each, each -> row(rows, each)));
        Set<String> wanted = new TreeSet<>();
        rowOf.forEach((each, row) -> {
            if (row.isPassed() || ALL) {
                wanted.add(each);
            }
        });
        command.addAll(wanted);
        Map<String, String> results = run(command).stream()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        assertThat(results.keySet()).isEqualTo(wanted);
        System.out.printf("MqttConformanceE2E: %s: %d cases, %d passed%n", heading, cases.size(), wanted.size());
        assertThat(results.entrySet().stream()
                        .filter(result -> rowOf.get(result.getKey()).isPassed())
                        .filter(result -> !result.getValue().equals("passed"))
                        .toList())
                .isEmpty();
        results.forEach((each, result) -> {
            if (!rowOf.get(each).isPassed()) {
                System.out.println("left out: " + each + ": " + result);
            }
        });
        assertThat(rows)
                .allSatisfy(row -> assertThat(rowOf.values()).as(row.pattern()).contains(row));
    }

    private record Row(String pattern, boolean isPassed) {
        boolean fits(String each) {
            String regex =
                    Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return each.matches(regex) || each.replaceFirst(" [0-9.]+$", "").matches(regex);
        }
    }

    private static Row row(List<Row> rows, String each) {
        return rows.stream()
                .filter(row -> row.fits(each))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/mqtt-conformance.md says nothing of " + each));
    }

    private static List<Row> rows(String heading) throws IOException {
        String part = Stream.of(Files.readString(PROJECT.resolve("docs/mqtt-conformance.md"))
                        .split("(?m)^## "))
                .filter(text -> text.startsWith(heading))
                .findFirst()
                .orElseThrow();
        return part.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new Row(row.group(1), row.group(2).equals("passed")))
                .toList();
    }

    private static Path source(String set) {
        String data = System.getenv("XDG_DATA_HOME");
        Path source = Path.of(data == null ? "/" : data, "thingstead", "mqtt-conformance", set);
        if (!Files.isDirectory(source)) {
            Programs.missing("the tests of " + set + " are not in " + source + " (.ci/run fetches them)");
        }
        return source;
    }

    /// The lines that a program says; what it says of itself goes to the test's own.
    private List<String> run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        try (var said = process.inputReader()) {
            List<String> lines = said.lines().toList();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("errors")))
                    .isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
