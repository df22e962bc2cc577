package io.thingstead.bench;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.kit.model.Value;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Sequencer;
import io.thingstead.node.log.Submission;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A node with a log of ten million leaves: how soon it takes readings after its start, and how soon it makes a proof
/// of any of them. The leaves are frames that devices signed; they are handed to the log's sequencer, which does with
/// them what it does with all, and only the check of their signatures is left out: it would take longer than the rest.
final class LeavesBench {
    private static final int LEAVES = 10_000_000;
    private static final int DEVICES = 20;
    /// Of one signing thread: what the log's queue holds, and not so much that it would say `busy`.
    private static final int WINDOW = 4_096;
    private static final int STARTS = 3;
    private static final int WARMUP = 500;
    private static final int MEASURED = 2_000;

    private final Run run;
    private final int leaves;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    LeavesBench(Run run) {
        this.run = run;
        this.leaves = run.share(LEAVES);
    }

    void run() throws IOException, InterruptedException {
        Path data = run.folder().resolve("leaves");
        fill(data);
        var starts = new Latencies(STARTS);
        for (int i = 1; i < STARTS; i++) {
            run.say("starting with all of them");
            try (NodeProcess node = NodeProcess.alone(data)) {
                starts.add((long) (1e6 * node.awaitReadyMs()));
            }
        }
        try (NodeProcess node = NodeProcess.alone(data);
                HttpClient http = HttpClient.newHttpClient()) {
            starts.add((long) (1e6 * node.awaitReadyMs()));
            run.tell(Figure.of(
                    "start.10m_leaves",
                    starts.percentileMs(100) / 1_000,
                    "s",
                    String.format(
                            Locale.ROOT,
                            "from the start of a process until /health/ready, a log of %d leaves, slowest of %d starts;"
                                    + " median %.2f s; %.0f MiB resident then",
                            leaves,
                            STARTS,
                            starts.percentileMs(50) / 1_000,
                            node.residentMib())));
            proofs(new BenchHttp(node.page(), http));
        }
    }

    private void proofs(BenchHttp node) throws IOException, InterruptedException {
        run.say("asking for proofs of any of them");
        byte[] trust = node.get("api/trust").getBytes(StandardCharsets.UTF_8);
        var random = new Random(7);
        Latencies floor = node.asked(() -> "health/live", WARMUP, MEASURED);
        Latencies proofs = node.asked(
                () -> "api/proofs?index=" + random.nextInt(leaves),
                proof -> {
                    byte[] file = proof.getBytes(StandardCharsets.UTF_8);
                    if (!ProofVerifier.verify(file, trust).verdict().isProven()) {
                        throw new IllegalStateException("a proof does not verify: " + proof);
                    }
                },
                WARMUP,
                MEASURED);
        run.tell(new Figure(
                "proof.10m",
                proofs.percentileMs(99),
                "ms",
                floor.percentileMs(99),
                String.format(
                        Locale.ROOT,
                        "p99 over HTTP of %d proofs of random leaves of %d, each of which verified; p50 %.2f ms, slowest"
                                + " %.1f ms; limit: an answer without content",
                        MEASURED,
                        leaves,
                        proofs.percentileMs(50),
                        proofs.percentileMs(100))));
    }

    private void fill(Path data) throws InterruptedException {
        run.say("filling a log with " + leaves + " leaves");
        int signers = Runtime.getRuntime().availableProcessors();
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("bench").withPorts(0, 0))) {
            Fleet fleet = Fleet.register(node, "leaf", DEVICES);
            List<Thread> threads = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < signers; i++) {
                int number = i;
                threads.add(Thread.ofPlatform().start(() -> submit(node, fleet, number, signers)));
            }
            for (Thread thread : threads) thread.join();
            long size = node.core().log().reader().size();
            if (refused.get() > 0 || size != leaves) {
                throw new IllegalStateException(size + " leaves, not " + leaves + "; refused " + refused);
            }
            run.say(String.format(
                    Locale.ROOT, "filled with %.0f leaves/s", leaves / ((System.nanoTime() - start) / 1e9)));
            while (node.seriesBehind() > 0 || node.core().anchorer().anchoredSize() < size) Thread.sleep(50);
        }
    }

    /// Signs and hands over every `signers`th leaf, each device's frames on one thread and in order.
    private void submit(Node node, Fleet fleet, int number, int signers) {
        Sequencer log = node.core().log().sequencer();
        var window = new Semaphore(WINDOW);
        List<Signing> devices = new ArrayList<>();
        for (int i = number; i < DEVICES; i += signers) {
            devices.add(new Signing(fleet.ledger(), fleet.members().get(i)));
        }
        for (int i = number; i < leaves; i += signers) {
            window.acquireUninterruptibly();
            log.submit(devices.get(i / signers % devices.size()).next(answer -> {
                if (!(answer instanceof Answer.Accepted)) refused.incrementAndGet();
                window.release();
            }));
            if (done.incrementAndGet() % 1_000_000 == 0) run.say(done + " are in");
        }
        window.acquireUninterruptibly(WINDOW);
    }

    /// A device that signs frames of one short reading.
    private static final class Signing {
        private final LedgerId ledger;
        private final Fleet.Member device;
        private final Thumbprint key;
        private final FrameSigner signer;
        private long n;

        Signing(LedgerId ledger, Fleet.Member device) {
            this.ledger = ledger;
            this.device = device;
            this.key = device.key().key().thumbprint();
            this.signer = FrameSigner.of(ledger, device.key());
        }

        Submission next(Consumer<Answer> answer) {
            long now = System.currentTimeMillis();
            byte[] payload = SenMlEncoder.encode(List.of(new Measurement("t", "Cel", new Value.Number(n % 50), null)));
            byte[] content = signer.sign(++n, payload);
            Frame frame = Frame.decode(content).orThrow();
            List<Reading> readings = SenMl.decode(frame.payload(), now).orThrow();
            return new Submission(
                    key,
                    device.device(),
                    false,
                    n,
                    frame.previous(),
                    Sha256.of(frame.sigStructure(ledger, key)),
                    frame.bytes(),
                    now,
                    TrustLevel.DEVICE_SIGNED,
                    readings,
                    answer);
        }
    }
}
