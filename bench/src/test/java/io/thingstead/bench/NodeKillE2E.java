package io.thingstead.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.MemberCore;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Rebuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole program, killed with SIGKILL at random moments while devices send over real MQTT: what it acknowledged is
/// there, nothing is there twice, the log verifies from its first leaf and the ledger from its first block.
class NodeKillE2E {
    private static final int KILLS = Integer.getInteger("kills", 30);
    private static final int DEVICES = 4;
    private static final int FRAMES_EACH = 60_000;

    @TempDir
    Path folder;

    @Test
    void a_killed_node_keeps_every_acknowledged_frame() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("NodeKillE2E seed " + seed + ", " + KILLS + " kills");
        Random random = new Random(seed);
        Path data = folder.resolve("node");
        Fleet fleet;
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withPorts(0, 0))) {
            fleet = Fleet.register(node, "kill", DEVICES);
        }
        fleet.sign(FRAMES_EACH, 1);
        int[] acknowledged = new int[DEVICES];
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(data, fleet, acknowledged, random.nextInt(900) + 50);
        }
        List<String> findings = new ArrayList<>();
        assertThat(Rebuild.run(data, findings::add)).as("%s", findings).isTrue();
        check(data, fleet, acknowledged);
    }

    private static void runAndKill(Path data, Fleet fleet, int[] acknowledged, int afterMs)
            throws IOException, InterruptedException {
        Files.deleteIfExists(data.resolve("node.json"));
        Process process = start(data);
        try {
            int port = port(data, process);
            Thread load = Thread.ofPlatform().start(() -> send(port, fleet, acknowledged));
            Thread.sleep(afterMs);
            process.destroyForcibly().waitFor();
            load.join();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path data) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.thingstead.node.cli.Thingstead",
                        "node",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--mqtt-port",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling("node.log").toFile())
                .start();
    }

    private static int port(Path data, Process process) throws IOException, InterruptedException {
        Path address = data.resolve("node.json");
        for (int i = 0; i < 1_200 && process.isAlive(); i++) {
            if (Files.exists(address)) {
                return new ObjectMapper()
                        .readTree(Files.readString(address))
                        .path("mqttPort")
                        .asInt();
            }
            Thread.sleep(50);
        }
        throw new IOException("the node does not start: " + Files.readString(data.resolveSibling("node.log")));
    }

    /// Sends what is not acknowledged yet, and counts acknowledgements until the connections break.
    private static void send(int port, Fleet fleet, int[] acknowledged) {
        try (MqttLoad load = MqttLoad.connect(port, fleet, acknowledged)) {
            try {
                load.flood(FRAMES_EACH - Arrays.stream(acknowledged).max().orElseThrow());
            } finally {
                for (int device = 0; device < DEVICES; device++) acknowledged[device] = load.acknowledged(device);
            }
        } catch (IOException e) {
            // The node was killed: what was acknowledged until then is counted.
            return;
        }
    }

    private static void check(Path data, Fleet fleet, int[] acknowledged) throws Exception {
        long sum = 0;
        try (MemberCore core = MemberCore.open(data, NodeConfig.DEFAULT, System::currentTimeMillis, e -> {
            throw new IllegalStateException(e);
        })) {
            var log = core.log().reader();
            for (int device = 0; device < DEVICES; device++) {
                for (long n = 1; n <= acknowledged[device]; n++) {
                    assertThat(log.find(fleet.members().get(device).device(), n))
                            .as("frame %s of device %s", n, device)
                            .isPresent();
                }
                sum += acknowledged[device];
            }
            assertThat(log.size()).isGreaterThanOrEqualTo(sum);
            System.out.println(sum + " frames acknowledged, " + log.size() + " in the log");
        }
        assertThat(sum).isGreaterThan(KILLS * 10L);
    }
}
