package io.thingstead.bench;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A node as a process of its own under half of the load that it can take, for long: whether its memory and its open
/// files stay what they are, and whether all that it acknowledged is in its log and in its series.
final class SoakBench {
    private static final int CONNECTIONS = 50;
    private static final int LEAST_SECONDS = 60;
    private static final int FLOODED_EACH = 4_000;
    private static final int ROUND_SECONDS = 5;
    /// Until then compilers and the heap are not settled.
    private static final double WARMUP_SHARE = 0.2;
    /// Of what follows, the beginning and the end are compared.
    private static final double COMPARED_SHARE = 0.25;
    private static final int LATENCIES_KEPT = 10;
    private static final int CATCH_UP_SECONDS = 120;
    private static final Pattern LOG = Pattern.compile("\"log\":\\{[^}]*\"size\":([0-9]+)");
    private static final Pattern SERIES = Pattern.compile("\"series\":\\{\"readings\":([0-9]+),\"behind\":([0-9]+)");

    private final Run run;
    private final int seconds;

    private record Sample(double residentMib, double handles, double tables) {}

    /// @param latencies every tenth
    private record Soaked(long acknowledged, Latencies latencies) {}

    SoakBench(Run run) {
        this.run = run;
        this.seconds = Math.max(LEAST_SECONDS, run.seconds());
    }

    void run() throws IOException, InterruptedException {
        Path data = run.folder().resolve("soak");
        Fleet fleet;
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0))) {
            fleet = Fleet.register(node, "soak", CONNECTIONS);
        }
        run.say("signing " + 2 * FLOODED_EACH * CONNECTIONS + " frames beforehand");
        fleet.sign(2 * FLOODED_EACH, 1);
        try (NodeProcess node = NodeProcess.alone(data);
                HttpClient http = HttpClient.newHttpClient()) {
            node.awaitReadyMs();
            var asked = new BenchHttp(node.page(), http);
            run.say("as much as it can take");
            int most = flood(node, fleet);
            caughtUp(asked);
            int perSecond = Math.max(CONNECTIONS, most / 2 / CONNECTIONS * CONNECTIONS);
            run.say(perSecond + " single signed readings a second for " + seconds + " s");
            List<Sample> samples = new ArrayList<>();
            Soaked soaked = pace(node, fleet.signingWhenDue(2 * FLOODED_EACH), perSecond, samples);
            long sent = 2L * FLOODED_EACH * CONNECTIONS + soaked.acknowledged;
            long lost = sent - caughtUp(asked);
            if (lost != 0) throw new IllegalStateException(lost + " of " + sent + " acknowledged readings are lost");
            tell(samples, soaked.latencies, perSecond, sent);
        }
    }

    private static int flood(NodeProcess node, Fleet fleet) throws IOException {
        try (MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet)) {
            load.flood(FLOODED_EACH);
            long start = System.nanoTime();
            load.flood(FLOODED_EACH);
            return (int) (FLOODED_EACH * CONNECTIONS / ((System.nanoTime() - start) / 1e9));
        }
    }

    private Soaked pace(NodeProcess node, Fleet fleet, int perSecond, List<Sample> samples) throws IOException {
        int rounds = seconds / ROUND_SECONDS;
        int each = perSecond / CONNECTIONS * ROUND_SECONDS;
        var some = new Latencies(rounds * each * CONNECTIONS / LATENCIES_KEPT + 1);
        long acknowledged = 0;
        try (MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet)) {
            for (int round = 1; round <= rounds; round++) {
                Latencies latencies = load.pace(each, perSecond);
                acknowledged += latencies.size();
                some.addSome(latencies, LATENCIES_KEPT);
                samples.add(new Sample(node.residentMib(), node.handles(false), node.handles(true)));
                if (round * ROUND_SECONDS % LEAST_SECONDS == 0) {
                    Sample last = samples.getLast();
                    run.say(String.format(
                            Locale.ROOT,
                            "after %d s: %.0f MiB resident, %.0f handles",
                            round * ROUND_SECONDS,
                            last.residentMib,
                            last.handles));
                }
            }
        }
        return new Soaked(acknowledged, some);
    }

    /// Waits until the series have what the log has.
    ///
    /// @return readings that are in both
    private static long caughtUp(BenchHttp node) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(CATCH_UP_SECONDS);
        while (System.nanoTime() < until) {
            String status = node.get("api/status");
            Matcher log = LOG.matcher(status);
            Matcher series = SERIES.matcher(status);
            if (!log.find() || !series.find()) throw new IllegalStateException("no status: " + status);
            if (series.group(2).equals("0")) {
                return Math.min(Long.parseLong(log.group(1)), Long.parseLong(series.group(1)));
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException("the series do not catch up with the log");
    }

    private void tell(List<Sample> samples, Latencies acknowledged, int perSecond, long sent) {
        List<Sample> settled = samples.subList((int) (WARMUP_SHARE * samples.size()), samples.size());
        int compared = (int) Math.max(1, COMPARED_SHARE * settled.size());
        List<Sample> first = settled.subList(0, compared);
        List<Sample> last = settled.subList(settled.size() - compared, settled.size());
        double before = mean(first, Sample::residentMib);
        double after = mean(last, Sample::residentMib);
        run.tell(Figure.of(
                "soak.rss_growth",
                after - before,
                "MiB",
                String.format(
                        Locale.ROOT,
                        "%d s of %d single signed readings/s, half of what it took before, %d connections: resident %.0f"
                                + " to %.0f MiB, open files and sockets %.1f to %.1f, of the store's"
                                + " tables, at most 256, %.1f to %.1f (means of the first and the last"
                                + " quarter after a fifth to warm up); %d readings acknowledged, none lost; acknowledged"
                                + " after p50 %.1f ms, p99 %.1f ms",
                        samples.size() * ROUND_SECONDS,
                        perSecond,
                        CONNECTIONS,
                        before,
                        after,
                        mean(first, Sample::handles),
                        mean(last, Sample::handles),
                        mean(first, Sample::tables),
                        mean(last, Sample::tables),
                        sent,
                        acknowledged.percentileMs(50),
                        acknowledged.percentileMs(99))));
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return samples.stream().mapToDouble(of).average().orElseThrow();
    }
}
