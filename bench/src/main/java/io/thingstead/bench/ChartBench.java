package io.thingstead.bench;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a chart of a year takes over HTTP, of a device that measured something every second of it. It sends its
/// year at once, so that all of it is in the file of one month, which is not over: the hardest case for the sums.
final class ChartBench {
    private static final int YEAR_SECONDS = 365 * 86_400;
    private static final int READINGS_IN_FRAME = 300;
    private static final int FRAMES_AT_ONCE = 100;
    private static final int MOST_BEHIND = 4_000;
    private static final int POINTS = 600;
    private static final int WARMUP = 20;
    private static final int MEASURED = 200;
    private static final Pattern COUNTS = Pattern.compile("\"count\":\\[([0-9,]+)]");

    private final Run run;
    private final int readings;
    private final Random random = new Random(12);

    ChartBench(Run run) {
        this.run = run;
        this.readings = run.share(YEAR_SECONDS);
    }

    void run() throws IOException, InterruptedException {
        var config = NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0);
        try (Node node = Node.start(run.folder().resolve("charts"), config);
                HttpClient http = HttpClient.newHttpClient()) {
            var bench = new BenchHttp(node.page(), http);
            long end = System.currentTimeMillis();
            long from = end - readings * 1_000L;
            run.say("sending " + readings + " readings of a device, a second apart");
            DeviceId device = fill(node, bench, from);
            while (node.seriesBehind() > 0) Thread.sleep(50);
            run.say("asking for charts of all of them");
            Latencies floor = bench.asked(() -> "health/live", WARMUP, MEASURED);
            Latencies charts = bench.asked(
                    () -> "api/series?name=temperature&points=" + (POINTS - random.nextInt(100)) + "&from=" + from
                            + "&to=" + end + "&device=" + device,
                    this::check,
                    WARMUP,
                    MEASURED);
            run.tell(new Figure(
                    "api.chart_year",
                    charts.percentileMs(99),
                    "ms",
                    floor.percentileMs(99),
                    String.format(
                            Locale.ROOT,
                            "p99 of %d charts of about %d points over %.1f days of a device with a reading a second,"
                                    + " %d readings; p50 %.1f ms, slowest %.1f ms; limit: an answer without content",
                            MEASURED,
                            POINTS,
                            readings / 86_400.0,
                            readings,
                            charts.percentileMs(50),
                            charts.percentileMs(100))));
        }
    }

    /// A chart that leaves readings out is none.
    private void check(String answer) {
        Matcher counts = COUNTS.matcher(answer);
        if (!counts.find()) throw new IllegalStateException("no chart: " + answer);
        long all = 0;
        for (String count : counts.group(1).split(",", -1)) all += Long.parseLong(count);
        if (all != readings) throw new IllegalStateException("the chart has " + all + " readings of " + readings);
    }

    private DeviceId fill(Node node, BenchHttp bench, long fromMs) throws IOException, InterruptedException {
        LedgerId ledger = node.core().registrar().ledger();
        var id = new DeviceId(node.member(), "meter");
        var key = SigningKey.generate(Algorithm.ED25519);
        var registration = new RegisterDevice(id, KeyRole.DEVICE, key.key(), Possession.sign(id.value(), ledger, key));
        node.core().registrar().ask(List.of(registration)).ifPresent(refused -> {
            throw new IllegalStateException("the bench's device was refused: " + refused);
        });
        var signer = FrameSigner.of(ledger, key);
        var frames = new ByteArrayOutputStream();
        double celsius = 8;
        int n = 0;
        for (int sent = 0; sent < readings; sent += READINGS_IN_FRAME) {
            var some = new ArrayList<Measurement>();
            for (int i = sent; i < Math.min(readings, sent + READINGS_IN_FRAME); i++) {
                // Towards the mean, so that it wanders as weather does.
                celsius += 0.001 * (8 - celsius) + random.nextGaussian(0, 0.1);
                double shown = Math.round(celsius * 10) / 10.0;
                some.add(Measurement.of("temperature", "Cel", shown, fromMs + i * 1_000L));
            }
            frames.writeBytes(signer.sign(++n, SenMlEncoder.encode(some)));
            if (n % FRAMES_AT_ONCE != 0 && sent + READINGS_IN_FRAME < readings) continue;
            bench.send(frames.toByteArray());
            frames.reset();
            while (node.seriesBehind() > MOST_BEHIND) Thread.sleep(5);
            if (n % 10_000 == 0) run.say(n * READINGS_IN_FRAME + " are sent");
        }
        return id;
    }
}
