package io.thingstead.bench;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The way of a reading from a device's socket to its acknowledgement and into the series, over real MQTT on loopback,
/// with the load on the same cores.
final class IngestBench {
    private static final int CONNECTIONS = 50;
    private static final int BURST = 60;
    private static final int PACED_PER_SECOND = 10_000;
    /// Until then compilers and the heap are not settled, which a node that runs for days does not show.
    private static final int PACED_WARMUP_SECONDS = 8;
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0);

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    IngestBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        signed();
        burst();
        paced();
    }

    private void signed() throws IOException, InterruptedException {
        Path data = folder.resolve("signed");
        int each = Math.max(500, 20_000 * seconds / CONNECTIONS);
        double perSecond;
        double limit;
        try (Node node = Node.start(data, CONFIG)) {
            Fleet fleet = Fleet.register(node, "signed", CONNECTIONS);
            progress.accept("signing " + 2 * each * CONNECTIONS + " frames beforehand");
            fleet.sign(2 * each, 1);
            limit = Limits.verifications(fleet, 3);
            progress.accept("warming up");
            MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet);
            load.flood(each);
            caughtUp(node);
            progress.accept("single signed readings, as fast as they are acknowledged");
            long start = System.nanoTime();
            load.flood(each);
            double acknowledged = (System.nanoTime() - start) / 1e9;
            caughtUp(node);
            double inSeries = (System.nanoTime() - start) / 1e9;
            perSecond = each * CONNECTIONS / inSeries;
            progress.accept(String.format(
                    Locale.ROOT, "acknowledged in %.2f s, all in the series after %.2f s", acknowledged, inSeries));
            load.close();
            limit = Math.max(limit, Limits.verifications(fleet, 3));
        }
        figures.accept(
                new Figure(
                        "ingest.signed",
                        perSecond,
                        "readings/s",
                        limit,
                        "MQTT 3.1.1 QoS 1, 50 connections, synced, decoded, in the series; load on the same cores; limit: verifications/s"));
        figures.accept(Figure.of(
                "disk.signed",
                bytes(data) / (2.0 * each * CONNECTIONS),
                "bytes",
                "per single signed reading, everything in the data folder"));
    }

    private void burst() throws IOException, InterruptedException {
        Path data = folder.resolve("burst");
        int each = Math.max(100, 7_000 * seconds / CONNECTIONS);
        double perSecond;
        double behindSeconds;
        double limit;
        try (Node node = Node.start(data, CONFIG)) {
            Fleet fleet = Fleet.register(node, "burst", CONNECTIONS);
            progress.accept("signing " + 2 * each * CONNECTIONS + " bursts beforehand");
            fleet.sign(2 * each, BURST);
            limit = Limits.verifications(fleet, 2) * BURST;
            MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet);
            load.flood(each);
            caughtUp(node);
            progress.accept("bursts of 60, as fast as they are acknowledged");
            long start = System.nanoTime();
            load.flood(each);
            long acknowledged = System.nanoTime();
            perSecond = (double) each * CONNECTIONS * BURST / ((acknowledged - start) / 1e9);
            caughtUp(node);
            behindSeconds = (System.nanoTime() - acknowledged) / 1e9;
            load.close();
        }
        figures.accept(new Figure(
                "ingest.burst",
                perSecond,
                "readings/s",
                limit,
                String.format(
                        Locale.ROOT,
                        "bursts of 60, acknowledged and synced; the series had caught up by itself %.1f s later",
                        behindSeconds)));
        figures.accept(Figure.of(
                "disk.burst",
                bytes(data) / (2.0 * each * CONNECTIONS * BURST),
                "bytes",
                "per reading in bursts of 60, everything in the data folder"));
    }

    private void paced() throws IOException, InterruptedException {
        Path data = folder.resolve("paced");
        int each = PACED_PER_SECOND * seconds / CONNECTIONS;
        double limit = 1_000 / Limits.syncedWrites(folder, 1);
        Latencies all;
        try (Node node = Node.start(data, CONFIG)) {
            Fleet fleet = Fleet.register(node, "paced", CONNECTIONS);
            int flooded = 100_000 / CONNECTIONS;
            int unhurried = PACED_PER_SECOND * PACED_WARMUP_SECONDS / CONNECTIONS;
            progress.accept("signing " + (flooded + unhurried + each) * CONNECTIONS + " frames beforehand");
            fleet.sign(flooded + unhurried + each, 1);
            MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet);
            load.flood(flooded);
            caughtUp(node);
            load.pace(unhurried, PACED_PER_SECOND);
            progress.accept("single signed readings at " + PACED_PER_SECOND + "/s");
            all = load.pace(each, PACED_PER_SECOND);
            load.close();
        }
        figures.accept(new Figure(
                "ingest.ack_p99",
                all.percentileMs(99),
                "ms",
                limit,
                String.format(
                        Locale.ROOT,
                        "at 10,000 single signed readings/s, 50 connections; p50 %.1f ms, p99.9 %.1f ms; limit: one synced write",
                        all.percentileMs(50),
                        all.percentileMs(99.9))));
    }

    private static void caughtUp(Node node) throws InterruptedException {
        while (node.seriesBehind() > 0) {
            Thread.sleep(5);
        }
    }

    private static double bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                sum += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return sum;
        }
    }
}
