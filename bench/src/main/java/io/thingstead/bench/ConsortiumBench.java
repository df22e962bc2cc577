package io.thingstead.bench;

import io.thingstead.node.MemberCore;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.comet.BareEngine;
import io.thingstead.node.consensus.comet.CometProgram;
import io.thingstead.node.ledger.action.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// The ledger of four members on this machine, each with a real CometBFT of its own, talking over real sockets, every
/// transaction signed by its member and checked by all, every block synced by all. Beside it, in the same run and in
/// turns, the same engine with an empty application that carries the same bytes: in the same batches, and the bytes of
/// each action as a transaction of their own.
final class ConsortiumBench {
    private static final int SLOW_PER_SECOND = 20;
    private static final int ROUNDS = 2;
    /// The compiler is not done with the nodes' code before: it took a fifth of the processors in the first seconds.
    private static final int WARM_UP_SECONDS = 8;
    private static final int LARGEST_BATCH = 65_000;
    private static final int SMALL = 200;
    private static final List<String> LONG_NAMES = List.of(
            "first-of-the-four-measured-ones",
            "second-of-the-four-measured-ones",
            "third-of-the-four-measured-ones",
            "last-one-of-four-measured-ones");

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    /// @param atOnce transactions on their way, over all members
    private record Load(
            String figure, String text, int actionsEach, int atOnce, Function<MemberCore, List<Action>> next) {}

    ConsortiumBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        progress.accept("founding a ledger of " + LONG_NAMES.size() + " members");
        Consortium consortium = Consortium.found(folder.resolve("consortium"), LONG_NAMES);
        List<MemberCore> cores = consortium.startAll(
                (data, config) -> MemberCore.open(data, config, System::currentTimeMillis, trouble -> {
                    throw new IllegalStateException("the ledger has stopped", trouble);
                }));
        List<Long> engines =
                ProcessHandle.current().children().map(ProcessHandle::pid).toList();
        try {
            progress.accept("warming up");
            ConsortiumLoad load = ConsortiumLoad.prepare(cores);
            List<Load> loads = List.of(
                    new Load(
                            "consortium.tx",
                            "transactions of one action each (registrations of devices)",
                            1,
                            4_000,
                            member -> load.registrations(member, 1)),
                    new Load(
                            "consortium.actions",
                            "in transactions of 256 actions (grants to read a device, as long as one without a key can be)",
                            256,
                            48,
                            member -> load.grants(member, 256)),
                    new Load(
                            "consortium.small",
                            "in transactions of 256 small actions (registrations of devices)",
                            256,
                            48,
                            member -> load.registrations(member, 256)));
            for (Load each : loads) {
                carried(cores, engines, each, WARM_UP_SECONDS);
            }
            progress.accept(SLOW_PER_SECOND + " transactions a second");
            latency(cores, load);
            beside(cores, engines, loads);
        } finally {
            cores.forEach(MemberCore::close);
        }
    }

    /// In turns with the bare engine, so that what else the machine does meanwhile weighs on both.
    private void beside(List<MemberCore> cores, List<Long> engines, List<Load> loads)
            throws IOException, InterruptedException {
        Path program = CometProgram.find(null).orElseThrow();
        Path data = Files.createDirectories(folder.resolve("bare"));
        double each = (double) seconds / ROUNDS;
        try (BareEngine bare = new BareEngine(program, data, Consortium.freePorts(2 * cores.size()))) {
            bare.perSecond(LARGEST_BATCH, WARM_UP_SECONDS);
            bare.smallPerSecond(SMALL, WARM_UP_SECONDS);
            for (Load load : loads) {
                Carried ours = Carried.NOTHING;
                Carried alone = Carried.NOTHING;
                Carried single = Carried.NOTHING;
                for (int round = 1; round <= ROUNDS; round++) {
                    progress.accept(load.text() + ", as many as go, round " + round);
                    Carried now = carried(cores, engines, load, each);
                    ours = ours.plus(now);
                    alone = alone.plus(bare(bare, now, each));
                    single = single.plus(single(bare, (int) (now.bytes() / now.actions()), each));
                }
                figures.accept(figure(load, ours, alone));
                figures.accept(besideSingle(load, ours, single));
            }
        }
    }

    private static Figure figure(Load load, Carried ours, Carried bare) {
        return new Figure(
                load.figure(),
                ours.perSecond(),
                "actions/s",
                bare.perSecond(),
                String.format(
                        Locale.ROOT,
                        "%s, %.0f bytes an action, 4 members and the load on these cores, all check all signatures and"
                                + " sync every block, %s in nodes + engines; limit: the bare engine (empty"
                                + " application), the same bytes in the same batches of %.0f, %s",
                        load.text(),
                        ours.bytes() / ours.actions(),
                        ours.cost(),
                        ours.batchBytes(),
                        bare.cost()));
    }

    private static Figure besideSingle(Load load, Carried ours, Carried single) {
        return new Figure(
                load.figure() + ".unbatched",
                ours.perSecond(),
                "actions/s",
                single.perSecond(),
                String.format(
                        Locale.ROOT,
                        "the same figure; limit: the bare engine, the bytes of each action, %.0f, a transaction of their"
                                + " own, %s",
                        single.batchBytes(),
                        single.cost()));
    }

    /// What goes over this time.
    private static Carried carried(List<MemberCore> cores, List<Long> engines, Load load, double forSeconds)
            throws IOException, InterruptedException {
        Semaphore window = new Semaphore(load.atOnce());
        long firstHeight = cores.getFirst().ledger().head().height() + 1;
        double nodeCpu = Cpu.ofThis();
        double engineCpu = Cpu.of(engines);
        long start = System.nanoTime();
        long until = start + (long) (forSeconds * 1e9);
        long transactions = 0;
        for (; System.nanoTime() - until < 0; transactions++) {
            MemberCore core = cores.get((int) (transactions % cores.size()));
            window.acquire();
            List<Action> actions = load.next().apply(core);
            Thread.ofVirtual().start(() -> {
                ConsortiumLoad.ask(core, actions);
                window.release();
            });
        }
        window.acquire(load.atOnce());
        double took = (System.nanoTime() - start) / 1e9;
        double nodes = Cpu.ofThis() - nodeCpu;
        double engine = Cpu.of(engines) - engineCpu;
        List<byte[]> batches = batches(cores.getFirst(), firstHeight);
        double bytes = batches.stream().mapToDouble(batch -> batch.length).sum();
        return new Carried(transactions * load.actionsEach(), batches.size(), bytes, took, nodes, engine);
    }

    private static List<byte[]> batches(MemberCore core, long firstHeight) {
        List<byte[]> batches = new ArrayList<>();
        for (long height = firstHeight; height <= core.ledger().head().height(); height++) {
            core.blocks().block(height).map(BlockRecord::transactions).ifPresent(batches::addAll);
        }
        return batches;
    }

    /// The same batches over the bare engine.
    private static Carried bare(BareEngine bare, Carried like, double forSeconds)
            throws IOException, InterruptedException {
        double nodeCpu = Cpu.ofThis();
        double engineCpu = Cpu.of(bare.pids());
        long start = System.nanoTime();
        double perSecond = bare.perSecond((int) like.batchBytes(), forSeconds);
        double took = (System.nanoTime() - start) / 1e9;
        double batches = perSecond * took;
        return new Carried(
                batches * like.actions() / like.batches(),
                batches,
                batches * like.batchBytes(),
                took,
                Cpu.ofThis() - nodeCpu,
                Cpu.of(bare.pids()) - engineCpu);
    }

    /// As many bytes as an action has, each time a transaction of the bare engine.
    private static Carried single(BareEngine bare, int bytes, double forSeconds)
            throws IOException, InterruptedException {
        double nodeCpu = Cpu.ofThis();
        double engineCpu = Cpu.of(bare.pids());
        long start = System.nanoTime();
        double perSecond = bare.smallPerSecond(bytes, forSeconds);
        double took = (System.nanoTime() - start) / 1e9;
        double count = perSecond * took;
        return new Carried(count, count, count * bytes, took, Cpu.ofThis() - nodeCpu, Cpu.of(bare.pids()) - engineCpu);
    }

    /// From the submission at a member until the transaction is decided and synced there.
    private void latency(List<MemberCore> cores, ConsortiumLoad load) throws InterruptedException {
        Latencies latencies = new Latencies(SLOW_PER_SECOND * seconds);
        int count = SLOW_PER_SECOND * seconds;
        Semaphore done = new Semaphore(0);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            MemberCore core = cores.get(i % cores.size());
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / SLOW_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            Thread.ofVirtual().start(() -> {
                ConsortiumLoad.ask(core, load.registrations(core, 1));
                long took = System.nanoTime() - due;
                synchronized (latencies) {
                    latencies.add(took);
                }
                done.release();
            });
        }
        done.acquire(count);
        String text = String.format(
                Locale.ROOT,
                "submitted at a member until decided and synced there, %d/s over %d members",
                SLOW_PER_SECOND,
                cores.size());
        figures.accept(Figure.of("consortium.p50", latencies.percentileMs(50), "ms", text));
        figures.accept(Figure.of("consortium.p99", latencies.percentileMs(99), "ms", text));
    }
}
