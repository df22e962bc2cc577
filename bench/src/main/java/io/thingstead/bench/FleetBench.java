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

/// How long the list of devices takes to answer over HTTP where there are many devices, each of which has said five
/// things: pages, searches, filters, every order, and parts of the map.
final class FleetBench {
    private static final int DEVICES = 50_000;
    private static final int REGISTERED_AT_ONCE = 250;
    private static final int SENT_AT_ONCE = 500;
    private static final int WARMUP = 400;
    private static final int MEASURED = 2_000;
    private static final long SEED = 11;
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([A-Za-z0-9_-]+)\"");
    private static final String[] KINDS = {"box", "lock", "meter", "press", "valve"};

    private final Run run;
    private final int devices;
    private final Random random = new Random(SEED);

    FleetBench(Run run) {
        this.run = run;
        this.devices = run.share(DEVICES);
    }

    void run() throws IOException, InterruptedException {
        var config = NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0);
        try (Node node = Node.start(run.folder().resolve("fleet"), config);
                HttpClient http = HttpClient.newHttpClient()) {
            var bench = new BenchHttp(node.page(), http);
            fill(node, bench);
            run.say("asking for pages of the list");
            Latencies floor = bench.asked(() -> "health/live", WARMUP, MEASURED);
            var people = new People();
            Latencies list = bench.asked(people::question, people::answered, WARMUP, MEASURED);
            run.tell(new Figure(
                    "api.devices_50k",
                    list.percentileMs(99),
                    "ms",
                    floor.percentileMs(99),
                    String.format(
                            Locale.ROOT,
                            "p99 of %d pages of 50 out of %d devices: search, filters, 8 orders, further pages, each"
                                    + " with all counts; p50 %.1f ms, slowest %.1f ms; limit: an answer without content",
                            MEASURED,
                            devices,
                            list.percentileMs(50),
                            list.percentileMs(100))));
        }
    }

    private void fill(Node node, BenchHttp bench) throws IOException, InterruptedException {
        run.say("registering " + devices + " devices, each of which then signs what it measures");
        LedgerId ledger = node.core().registrar().ledger();
        var registrations = new ArrayList<RegisterDevice>();
        var frames = new ByteArrayOutputStream();
        for (int i = 0; i < devices; i++) {
            var id = new DeviceId(node.member(), KINDS[i % KINDS.length] + "-" + i / KINDS.length);
            var key = SigningKey.generate(Algorithm.ED25519);
            registrations.add(
                    new RegisterDevice(id, KeyRole.DEVICE, key.key(), Possession.sign(id.value(), ledger, key)));
            frames.writeBytes(FrameSigner.of(ledger, key).sign(1, readings()));
            if (registrations.size() < REGISTERED_AT_ONCE && i + 1 < devices) continue;
            node.core().registrar().ask(registrations).ifPresent(refused -> {
                throw new IllegalStateException("the bench's devices were refused: " + refused);
            });
            registrations.clear();
            if ((i + 1) % SENT_AT_ONCE != 0 && i + 1 < devices) continue;
            bench.send(frames.toByteArray());
            frames.reset();
        }
        while (!bench.get("api/devices?state=never&limit=1").contains("\"found\":0,")) Thread.sleep(50);
    }

    private byte[] readings() {
        long now = System.currentTimeMillis();
        return SenMlEncoder.encode(List.of(
                Measurement.of("temperature", "Cel", Math.round(random.nextGaussian(8, 5) * 10) / 10.0, now),
                Measurement.of("humidity", "%RH", random.nextInt(20, 90), now),
                Measurement.of("battery", "%EL", random.nextInt(100), now),
                Measurement.of("lat", "lat", random.nextDouble(36, 60), now),
                Measurement.of("lon", "lon", random.nextDouble(-9, 30), now)));
    }

    /// What people ask: mostly the beginning of a list in some order, a search, filters, and then the next page.
    private final class People {
        private static final String[] SORTS = {
            "name", "-heard", "heard", "state", "trust", "missing", "-rate", "value&quantity=temperature"
        };
        private String list = "sort=name";
        private String after = "";

        String question() {
            boolean goesOn = !after.isEmpty() && random.nextInt(5) == 0;
            if (!goesOn) {
                after = "";
                list = "sort=" + SORTS[random.nextInt(SORTS.length)] + which();
            }
            return "api/devices?limit=50&" + list + after;
        }

        private String which() {
            return switch (random.nextInt(5)) {
                case 0 -> "&q=" + KINDS[random.nextInt(KINDS.length)] + "-" + random.nextInt(1_000);
                case 1 -> "&q=" + random.nextInt(10) + "+humid";
                case 2 -> "&state=live,late";
                case 3 -> "&trust=device-signed&role=device";
                default -> "&within=4,50,9,54";
            };
        }

        void answered(String answer) {
            Matcher found = NEXT.matcher(answer);
            after = found.find() ? "&after=" + found.group(1) : "";
        }
    }
}
