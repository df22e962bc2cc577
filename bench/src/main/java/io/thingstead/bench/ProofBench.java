package io.thingstead.bench;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ProofMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/// How long a proof takes to make and to verify, and how large it is, over a log of many leaves: of one member alone,
/// and of one of four.
final class ProofBench {
    private static final int DEVICES = 20;
    private static final int FRAMES_EACH = 10_000;
    private static final int FRAMES_EACH_OF_FOUR = 2_500;
    private static final int WARMUP = 2_000;
    private static final int MEASURED = 2_000;
    private static final long SEED = 7;

    private final Path folder;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    ProofBench(Path folder, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.figures = figures;
        this.progress = progress;
    }

    /// Of a ledger of one member.
    void alone() throws IOException, InterruptedException {
        NodeConfig config = NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0);
        try (Node node = Node.start(folder.resolve("proof"), config)) {
            measure(node, "proof", FRAMES_EACH, "one member");
        }
    }

    /// Of a ledger of four.
    void ofFour() throws IOException, InterruptedException {
        progress.accept("founding a ledger of four members");
        List<Node> nodes =
                Consortium.found(folder.resolve("proof-4"), Consortium.FOUR).startAll(Node::start);
        try {
            measure(nodes.getFirst(), "proof.four", FRAMES_EACH_OF_FOUR, "one of four members");
        } finally {
            nodes.forEach(Node::close);
        }
    }

    private void measure(Node node, String name, int framesEach, String whose)
            throws IOException, InterruptedException {
        Fleet fleet = Fleet.register(node, "proof", DEVICES);
        progress.accept("filling a log with " + DEVICES * framesEach + " frames");
        fleet.sign(framesEach, 1);
        fill(node, fleet, framesEach);
        ProofMaker maker = node.core().proofs();
        byte[] trust = node.core().trust().trust(System.currentTimeMillis()).write();
        Random random = new Random(SEED);
        Latencies make = new Latencies(MEASURED);
        Latencies verify = new Latencies(MEASURED);
        List<byte[]> proofs = new ArrayList<>();
        long size = node.core().log().reader().size();
        progress.accept("making and verifying proofs");
        for (int i = -WARMUP; i < MEASURED; i++) {
            long index = random.nextLong(size);
            long start = System.nanoTime();
            byte[] proof = ((Result.Ok<byte[]>) maker.prove(index)).value();
            long made = System.nanoTime();
            if (!ProofVerifier.verify(proof, trust).verdict().isProven()) {
                throw new IllegalStateException("a proof of leaf " + index + " does not verify");
            }
            long verified = System.nanoTime();
            if (i >= 0) {
                make.add(made - start);
                verify.add(verified - made);
                proofs.add(proof);
            }
        }
        String setting = "median of " + MEASURED + " random leaves of " + size + ", " + whose;
        figures.accept(Figure.of(name + ".make", make.percentileMs(50), "ms", setting));
        figures.accept(Figure.of(
                name + ".verify",
                verify.percentileMs(50),
                "ms",
                String.format(
                        Locale.ROOT,
                        "%s, all signatures; the slowest of a hundred %.2f ms",
                        setting,
                        verify.percentileMs(99))));
        figures.accept(Figure.of(
                name + ".bytes",
                proofs.stream().mapToInt(p -> p.length).max().orElseThrow(),
                "bytes",
                "largest of " + MEASURED + " proofs, log of " + size + ", " + whose));
    }

    private static void fill(Node node, Fleet fleet, int framesEach) throws IOException, InterruptedException {
        try (MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet)) {
            load.flood(framesEach);
        }
        var log = node.core().log().reader();
        while (node.core().anchorer().anchoredSize() < log.size()) {
            Thread.sleep(20);
        }
    }
}
