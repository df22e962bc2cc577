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
import java.util.Random;
import java.util.function.Consumer;

/// How long a proof takes to make and to verify, and how large it is, over a log of many leaves.
final class ProofBench {
    private static final int DEVICES = 20;
    private static final int FRAMES_EACH = 10_000;
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

    void run() throws IOException, InterruptedException {
        NodeConfig config = NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0);
        try (Node node = Node.start(folder.resolve("proof"), config)) {
            Fleet fleet = Fleet.register(node, "proof", DEVICES);
            progress.accept("filling a log with " + DEVICES * FRAMES_EACH + " frames");
            fleet.sign(FRAMES_EACH, 1);
            fill(node, fleet);
            ProofMaker maker = node.core().proofs();
            byte[] trust = maker.trust(System.currentTimeMillis());
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
            String setting = "median of " + MEASURED + " random leaves of " + size;
            figures.accept(Figure.of("proof.make", make.percentileMs(50), "ms", setting));
            figures.accept(Figure.of("proof.verify", verify.percentileMs(50), "ms", setting + ", both signatures"));
            figures.accept(Figure.of(
                    "proof.bytes",
                    proofs.stream().mapToInt(p -> p.length).max().orElseThrow(),
                    "bytes",
                    "largest of " + MEASURED + " proofs, log of " + size));
        }
    }

    private static void fill(Node node, Fleet fleet) throws IOException, InterruptedException {
        try (MqttLoad load = MqttLoad.connect(node.mqttPort(), fleet)) {
            load.flood(FRAMES_EACH);
        }
        var log = node.core().log().reader();
        while (node.core().anchorer().anchoredSize() < log.size()) {
            Thread.sleep(20);
        }
    }
}
