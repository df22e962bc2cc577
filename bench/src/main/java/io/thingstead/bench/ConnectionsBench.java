package io.thingstead.bench;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What a node of one member takes of memory while nothing happens: without a device, and for each MQTT connection over
/// which nothing is said. The node is a process of its own; its resident memory is what the system says.
final class ConnectionsBench {
    private static final int CONNECTIONS = 10_000;
    private static final int LEAST_SETTLE_SECONDS = 15;
    /// Nobody is cut off while the others connect.
    private static final int KEEP_ALIVE_SECONDS = 3_600;

    private final Run run;
    private final int connections;
    private final int settleSeconds;

    ConnectionsBench(Run run) {
        this.run = run;
        this.connections = run.share(CONNECTIONS);
        this.settleSeconds = Math.max(LEAST_SETTLE_SECONDS, run.seconds());
    }

    void run() throws IOException, InterruptedException {
        atRest();
        connected();
    }

    private void atRest() throws IOException, InterruptedException {
        run.say("a new node without devices does nothing for " + settleSeconds + " s");
        try (NodeProcess node = NodeProcess.alone(run.folder().resolve("rest"))) {
            node.awaitReadyMs();
            TimeUnit.SECONDS.sleep(settleSeconds);
            run.tell(Figure.of(
                    "node.rss_at_rest",
                    node.residentMib(),
                    "MiB",
                    "resident memory of a new node of one member without devices, after " + settleSeconds
                            + " s; heap of 128 MiB from the start"));
        }
    }

    private void connected() throws IOException, InterruptedException {
        Path data = run.folder().resolve("connections");
        run.say("registering " + connections + " devices");
        Fleet fleet;
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0))) {
            fleet = Fleet.register(node, "idle", connections);
        }
        List<SocketChannel> open = new ArrayList<>();
        try (NodeProcess node = NodeProcess.alone(data);
                HttpClient http = HttpClient.newHttpClient()) {
            node.awaitReadyMs();
            TimeUnit.SECONDS.sleep(settleSeconds);
            double before = node.residentMib();
            run.say("connecting them");
            long start = System.nanoTime();
            for (Fleet.Member device : fleet.members()) {
                open.add(MqttHello.connected(node.mqttPort(), fleet.ledger(), device, KEEP_ALIVE_SECONDS));
            }
            double took = (System.nanoTime() - start) / 1e9;
            TimeUnit.SECONDS.sleep(settleSeconds);
            String metrics = new BenchHttp(node.page(), http).get("metrics");
            double held = Metrics.value(metrics, "thingstead_mqtt_open");
            if (held != connections) throw new IllegalStateException(held + " connections are open");
            double after = node.residentMib();
            run.tell(Figure.of(
                    "connections.bytes_each",
                    (after - before) * (1 << 20) / connections,
                    "bytes",
                    String.format(
                            Locale.ROOT,
                            "resident memory that %d idle MQTT connections, each with a key proven, add to a node that"
                                    + " knows their devices and has none connected: %.0f to %.0f MiB; %.0f"
                                    + " connections/s, one after the other",
                            connections,
                            before,
                            after,
                            connections / took)));
        } finally {
            for (SocketChannel channel : open) channel.close();
        }
    }
}
