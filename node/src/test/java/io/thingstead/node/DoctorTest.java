package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.cli.Thingstead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead doctor` finds a node well that is well, running or not, and names what was broken under its code, with
/// what to do.
class DoctorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path data;
    private List<Integer> ports;

    @BeforeEach
    void live() throws Exception {
        data = folder.resolve("data");
        ports = Ports.free(2);
        try (Node node = started();
                HttpClient client = HttpClient.newHttpClient()) {
            var device = new TokenDevice(client, URI.create(node.page()), "box-1");
            for (int i = 0; i < 20; i++) device.send(i);
        }
    }

    private Node started() {
        return Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(ports.get(0), ports.get(1)));
    }

    private record Said(int code, String text) {}

    private Said doctor(Object... more) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> arguments = new ArrayList<>(List.of("doctor", "--data", data.toString()));
        arguments.addAll(List.of(
                "--port", ports.get(0).toString(), "--mqtt-port", ports.get(1).toString()));
        Stream.of(more).map(Object::toString).forEach(arguments::add);
        int code = line.execute(arguments.toArray(String[]::new));
        return new Said(code, out.toString());
    }

    /// The level of each check; the worst where there are several.
    private Map<String, String> levels(int code, Object... more) throws Exception {
        Object[] arguments = Stream.concat(Stream.of(more), Stream.of("--json")).toArray();
        Said said = doctor(arguments);
        assertThat(said.code).as(said.text).isEqualTo(code);
        JsonNode report = JSON.readTree(said.text);
        Map<String, String> levels = new TreeMap<>();
        List<String> order = List.of("ok", "warn", "fail");
        for (JsonNode check : report.path("checks")) {
            String level = check.path("level").asText();
            assertThat(check.path("text").asText()).isNotBlank();
            assertThat(check.has("advice")).isEqualTo(!level.equals("ok"));
            levels.merge(check.path("code").asText(), level, (a, b) -> order.indexOf(a) > order.indexOf(b) ? a : b);
        }
        assertThat(report.path("level").asText()).isEqualTo(code == 1 ? "fail" : "warn");
        return levels;
    }

    @Test
    void a_node_that_rests_is_well() throws Exception {
        assertThat(levels(0))
                .containsOnlyKeys(
                        "java", "config", "folder", "version", "disk", "keys", "store", "ledger", "log", "engine",
                        "node", "ports", "clock", "series", "backup")
                .containsEntry("node", "warn")
                .containsEntry("backup", "warn");
        Said said = doctor();
        assertThat(said.text).contains("acme/1: 20 leaves, each checked", "15 checks, 0 failed, ", "thingstead backup");
        assertThat(StoreSnapshot.in(data)).doesNotExist();
    }

    @Test
    void a_node_that_runs_is_well_and_goes_on() throws Exception {
        try (Node node = started()) {
            assertThat(levels(0))
                    .containsOnlyKeys(
                            "java",
                            "config",
                            "folder",
                            "version",
                            "disk",
                            "keys",
                            "store",
                            "ledger",
                            "log",
                            "engine",
                            "node",
                            "ports",
                            "clock",
                            "series",
                            "retention",
                            "certificates",
                            "mirrors",
                            "backup")
                    .containsEntry("node", "ok")
                    .containsEntry("certificates", "ok");
            assertThat(node.core().log().sequencer().isRunning()).isTrue();
            assertThat(StoreSnapshot.in(data)).doesNotExist();
        }
    }

    @Test
    void what_was_broken_is_named() throws Exception {
        Path config = Files.writeString(folder.resolve("t.toml"), "member = \"acme\"\n\n[log]\nformat = \"xml\"\n");
        assertThat(levels(1, "--config", config)).containsEntry("config", "fail");
        Files.writeString(config, "membre = \"acme\"\n");
        assertThat(levels(1, "--config", config)).containsEntry("config", "fail");
        Files.writeString(config, "member = \"acme\"\n");
        assertThat(levels(0, "--config", config)).containsEntry("config", "ok");

        try (var taken = new ServerSocket(ports.get(1), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(levels(1)).containsEntry("ports", "fail");
        }

        Path version = data.resolve("version");
        String written = Files.readString(version);
        Files.writeString(version, "1000\n");
        assertThat(levels(1)).containsEntry("version", "fail").doesNotContainKey("store");
        Files.delete(version);
        assertThat(levels(0)).containsEntry("version", "warn").doesNotContainKey("store");
        assertThat(version).doesNotExist();
        Files.writeString(version, written);

        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(levels(0)).containsEntry("folder", "warn");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));

        Path key = data.resolve("keys").resolve("log.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(levels(1)).containsEntry("keys", "fail");
        Path away = Files.move(key, folder.resolve("log.pem"));
        assertThat(levels(1)).containsEntry("keys", "fail").doesNotContainKey("log");
        Files.move(away, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

        Files.writeString(data.resolve("restoring"), "");
        assertThat(levels(1)).containsEntry("restore", "fail");
        Files.delete(data.resolve("restoring"));

        for (Path table : tables()) {
            byte[] good = Files.readAllBytes(table);
            byte[] bad = good.clone();
            bad[20] ^= 1;
            Files.write(table, bad);
            assertThat(levels(1)).as("%s", table).containsEntry("store", "fail");
            Files.write(table, good);
        }
        assertThat(levels(0)).containsEntry("store", "ok");
    }

    private List<Path> tables() throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("store"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void a_backup_is_remembered() throws Exception {
        int code = Thingstead.commandLine()
                .execute(
                        "backup",
                        "--data",
                        data.toString(),
                        "-o",
                        folder.resolve("copy").toString());
        assertThat(code).isZero();
        assertThat(levels(0)).containsEntry("backup", "ok");
    }

    @Test
    void no_data_folder_is_said() throws Exception {
        data = folder.resolve("nowhere");
        assertThat(levels(1)).containsOnlyKeys("java", "config", "folder").containsEntry("folder", "fail");
        assertThat(data).doesNotExist();
    }
}
