package io.thingstead.bench;

import io.thingstead.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// How long an accepted reading waits until more than two thirds of the members have certified an anchor that covers
/// it: four whole nodes with their engines, signed readings over real MQTT, all members alive and then one of them
/// gone.
final class AnchorBench {
    private static final int READINGS_PER_SECOND = 1_000;
    private static final int DEVICES_EACH = 10;
    private static final int WARM_UP_SECONDS = 8;
    private static final long PATIENCE_MS = 20_000;

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    private record Member(Node node, Fleet fleet, MqttLoad load, AnchorWatch watch) {}

    AnchorBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        progress.accept("founding a ledger of four members");
        List<Node> nodes =
                Consortium.found(folder.resolve("anchors"), Consortium.FOUR).startAll(Node::start);
        try {
            List<Member> members = new ArrayList<>();
            for (Node node : nodes) {
                members.add(member(node));
            }
            pace(members, WARM_UP_SECONDS);
            progress.accept(READINGS_PER_SECOND + " signed readings a second, all members alive");
            figures.accept(figure("anchor.p99", "all four members alive", pace(members, seconds)));
            Member gone = members.removeLast();
            gone.load().close();
            gone.node().close();
            pace(members, WARM_UP_SECONDS);
            progress.accept(READINGS_PER_SECOND + " signed readings a second, one of four members gone");
            figures.accept(figure("anchor.p99.dead", "one of four members gone", pace(members, seconds)));
            for (Member member : members) {
                member.load().close();
            }
        } finally {
            nodes.forEach(Node::close);
        }
    }

    private Member member(Node node) throws IOException {
        Fleet fleet = Fleet.register(node, "anchors", DEVICES_EACH);
        fleet.sign(READINGS_PER_SECOND / DEVICES_EACH * (2 * seconds + 2 * WARM_UP_SECONDS), 1);
        return new Member(node, fleet, MqttLoad.connect(node.mqttPort(), fleet), AnchorWatch.of(node));
    }

    /// Readings at the pace, spread evenly over the members, until the last of them is certified.
    private static Latencies pace(List<Member> members, int forSeconds) throws InterruptedException {
        int each = READINGS_PER_SECOND / members.size();
        List<Thread> sending = members.stream()
                .map(member -> Thread.ofPlatform().start(() -> {
                    try {
                        member.load().pace(each * forSeconds / DEVICES_EACH, each);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .toList();
        for (Thread thread : sending) {
            thread.join();
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (members.stream().anyMatch(member -> member.watch().isWaiting())) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("the last readings are not anchored");
            }
            Thread.sleep(10);
        }
        Latencies all = new Latencies(1);
        members.forEach(member -> all.addAll(member.watch().take()));
        return all;
    }

    private static Figure figure(String name, String who, Latencies all) {
        return Figure.of(
                name,
                all.percentileMs(99),
                "ms",
                String.format(
                        Locale.ROOT,
                        "from a signed reading's sync until its anchor is certified, %d readings/s over MQTT in total, %s; p50"
                                + " %.0f ms, the longest %.0f ms",
                        READINGS_PER_SECOND,
                        who,
                        all.percentileMs(50),
                        all.percentileMs(100)));
    }
}
