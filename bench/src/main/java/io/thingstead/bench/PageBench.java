package io.thingstead.bench;

import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/// How long a reading takes from its device's socket until each of 200 open pages has it: devices send over MQTT, pages
/// follow the live events. Each reading's value is its own number, by which a page knows when it was sent. The pages'
/// own work, of which a browser has more, is on the same cores.
final class PageBench {
    private static final int PAGES = 200;
    private static final int DEVICES = 20;
    private static final int WARMUP_SECONDS = 5;
    private static final int PATIENCE_SECONDS = 20;
    /// What a device says a second. Live events tell the newest only, four times a second.
    private static final int EACH_PER_SECOND = 1;

    private final Run run;
    private final int pages;
    private final int readings;

    PageBench(Run run) {
        this.run = run;
        this.pages = run.share(PAGES);
        this.readings = (WARMUP_SECONDS + run.seconds()) * DEVICES * EACH_PER_SECOND;
    }

    void run() throws IOException, InterruptedException {
        Path data = run.folder().resolve("pages");
        Fleet fleet;
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0))) {
            fleet = Fleet.register(node, "page", DEVICES);
        }
        sign(fleet);
        List<PageFollower> followers = new ArrayList<>();
        List<MqttSender> senders = new ArrayList<>();
        try (NodeProcess node = NodeProcess.alone(data);
                HttpClient http = HttpClient.newHttpClient()) {
            node.awaitReadyMs();
            run.say("opening " + pages + " pages");
            var sentNanos = new AtomicLongArray(readings);
            for (int i = 0; i < pages; i++) followers.add(new PageFollower(node.page(), sentNanos));
            var asked = new BenchHttp(node.page(), http);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (Metrics.value(asked.get("metrics"), "thingstead_live_pages") < pages) {
                if (System.nanoTime() > until) throw new IllegalStateException("the node does not serve all pages");
                Thread.sleep(50);
            }
            for (Fleet.Member device : fleet.members()) {
                senders.add(new MqttSender(node.mqttPort(), fleet, device, 0));
            }
            run.say(DEVICES + " devices send " + EACH_PER_SECOND + " reading a second each");
            send(senders, sentNanos);
            awaitAll(followers);
        } finally {
            for (MqttSender sender : senders) sender.close();
            for (PageFollower follower : followers) follower.close();
        }
        tell(followers);
    }

    private void sign(Fleet fleet) {
        List<FrameSigner> signers = fleet.members().stream()
                .map(device -> FrameSigner.of(fleet.ledger(), device.key()))
                .toList();
        for (int i = 0; i < readings; i++) {
            var reading = Measurement.of(PageFollower.NAME, "1", i, System.currentTimeMillis());
            int device = i % DEVICES;
            byte[] frame = signers.get(device).sign(i / DEVICES + 1L, SenMlEncoder.encode(List.of(reading)));
            fleet.members().get(device).frames().add(frame);
        }
    }

    /// One reading after the other, evenly spread.
    private void send(List<MqttSender> senders, AtomicLongArray sentNanos) throws IOException, InterruptedException {
        long gap = TimeUnit.SECONDS.toNanos(1) / (DEVICES * EACH_PER_SECOND);
        long start = System.nanoTime();
        for (int i = 0; i < readings; i++) {
            long due = start + i * gap;
            while (System.nanoTime() < due) TimeUnit.NANOSECONDS.sleep(Math.max(1, due - System.nanoTime()));
            MqttSender sender = senders.get(i % DEVICES);
            sentNanos.set(i, due);
            if (!sender.put(due)) throw new IllegalStateException("the node takes no more of a device");
            while (!sender.flush()) Thread.onSpinWait();
            sender.readAcknowledgements(_ -> {});
        }
    }

    private void awaitAll(List<PageFollower> followers) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (PageFollower follower : followers) {
            while (!follower.hasSeen(readings - DEVICES, readings)) {
                if (System.nanoTime() > until || follower.isOver()) {
                    throw new IllegalStateException("a page does not get the devices' last readings");
                }
                Thread.sleep(20);
            }
        }
    }

    private void tell(List<PageFollower> followers) {
        int measured = readings - WARMUP_SECONDS * DEVICES * EACH_PER_SECOND;
        var delays = new Latencies(measured * pages);
        for (PageFollower follower : followers) follower.delays(readings - measured, delays);
        run.tell(Figure.of(
                "page.delay",
                delays.percentileMs(99),
                "ms",
                String.format(
                        Locale.ROOT,
                        "p99 from when a device's reading was due on its socket until a page has it, %d pages, %d"
                                + " devices, each with a reading a second over MQTT; p50 %.0f ms, slowest %.0f ms; %.2f %%"
                                + " of %d arrivals were replaced by newer readings; live events go out every 250 ms",
                        pages,
                        DEVICES,
                        delays.percentileMs(50),
                        delays.percentileMs(100),
                        100.0 * (measured * pages - delays.size()) / (measured * pages),
                        measured * pages)));
    }
}
