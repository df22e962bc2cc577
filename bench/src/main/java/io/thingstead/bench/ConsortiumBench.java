package io.thingstead.bench;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// The ledger of four members on this machine, each with a real CometBFT of its own, talking over real sockets, every
/// block synced: registrations of devices (transactions of about 200 bytes), signed by their member, spread over all.
final class ConsortiumBench {
    private static final int MEMBERS = 4;
    private static final int AT_ONCE = 4_000;
    private static final int BULK = 256;
    private static final int BULKS_AT_ONCE = 48;
    private static final int SLOW_PER_SECOND = 20;

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;
    private final AtomicInteger names = new AtomicInteger();

    ConsortiumBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            ports.add(freePort());
        }
        progress.accept("founding a ledger of " + MEMBERS + " members");
        found(ports);
        List<MemberCore> cores = start(ports);
        try {
            progress.accept("warming up");
            perSecond(cores, 1, AT_ONCE, 3);
            progress.accept(SLOW_PER_SECOND + " transactions a second");
            latency(cores);
            progress.accept("transactions of one action each, as many as go");
            figures.accept(
                    figure("consortium.tx", perSecond(cores, 1, AT_ONCE, seconds), "transactions of one action each"));
            progress.accept("transactions of " + BULK + " actions each, as many as go");
            figures.accept(figure(
                    "consortium.actions",
                    perSecond(cores, BULK, BULKS_AT_ONCE, seconds),
                    "in transactions of " + BULK + " actions"));
        } finally {
            cores.forEach(MemberCore::close);
        }
    }

    private static Figure figure(String name, double perSecond, String text) {
        return Figure.of(
                name,
                perSecond,
                "actions/s",
                text + ", " + MEMBERS + " members on these cores, each checks all signatures and syncs every block");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String name(int number) {
        return "m" + (number + 1);
    }

    private MemberFolder open(int number) {
        return MemberFolder.open(folder.resolve(name(number)), System::currentTimeMillis);
    }

    /// The steps that members on machines of their own would do.
    private void found(List<Integer> ports) throws IOException {
        Path documents = Files.createDirectories(folder.resolve("documents"));
        Invite invite;
        try (MemberFolder founder = open(0)) {
            invite = founder.invite(new MemberId(name(0)), "m1.example");
        }
        List<JoinRequest> requests = new ArrayList<>();
        for (int i = 1; i < MEMBERS; i++) {
            try (MemberFolder joining = open(i)) {
                requests.add(joining.request(
                        invite, new MemberId(name(i)), name(i) + ".example", "127.0.0.1:" + ports.get(i)));
            }
        }
        FoundingPlan plan;
        try (MemberFolder founder = open(0)) {
            plan = founder.plan(requests, "127.0.0.1:" + ports.getFirst());
        }
        List<FoundingPlan.Approval> approvals = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            try (MemberFolder member = open(i)) {
                approvals.add(member.approve(plan, invite));
            }
        }
        for (int i = 0; i < MEMBERS; i++) {
            try (MemberFolder member = open(i)) {
                member.begin(plan.with(approvals), invite);
            }
        }
        plan.write(documents.resolve("founding.json"));
    }

    private List<MemberCore> start(List<Integer> ports) throws InterruptedException {
        MemberCore[] cores = new MemberCore[MEMBERS];
        List<Thread> starting = IntStream.range(0, MEMBERS)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    NodeConfig config = NodeConfig.DEFAULT.withMember(name(i)).withEngine("127.0.0.1", ports.get(i));
                    cores[i] = MemberCore.open(folder.resolve(name(i)), config, System::currentTimeMillis, trouble -> {
                        throw new IllegalStateException("the ledger has stopped", trouble);
                    });
                }))
                .toList();
        for (Thread thread : starting) {
            thread.join();
        }
        return List.of(cores);
    }

    private RegisterDevice registration(MemberCore core) {
        return RegisterDevice.withToken(new DeviceId(core.member(), "device-" + names.incrementAndGet()));
    }

    private static void ask(MemberCore core, List<? extends Action> actions) {
        core.registrar().ask(actions).ifPresent(refused -> {
            throw new IllegalStateException("the bench's device was refused: " + refused);
        });
    }

    /// Actions a second over this time, with so many transactions on their way.
    private double perSecond(List<MemberCore> cores, int actionsEach, int atOnce, int forSeconds)
            throws InterruptedException {
        Semaphore window = new Semaphore(atOnce);
        long start = System.nanoTime();
        long until = start + TimeUnit.SECONDS.toNanos(forSeconds);
        long actions = 0;
        for (int i = 0; System.nanoTime() - until < 0; i++) {
            MemberCore core = cores.get(i % MEMBERS);
            window.acquire();
            List<RegisterDevice> batch = IntStream.range(0, actionsEach)
                    .mapToObj(_ -> registration(core))
                    .toList();
            actions += actionsEach;
            Thread.ofVirtual().start(() -> {
                ask(core, batch);
                window.release();
            });
        }
        window.acquire(atOnce);
        return actions / ((System.nanoTime() - start) / 1e9);
    }

    /// From the submission at a member until the transaction is decided and synced there.
    private void latency(List<MemberCore> cores) throws InterruptedException {
        Latencies latencies = new Latencies(SLOW_PER_SECOND * seconds);
        int count = SLOW_PER_SECOND * seconds;
        Semaphore done = new Semaphore(0);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            MemberCore core = cores.get(i % MEMBERS);
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / SLOW_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            Thread.ofVirtual().start(() -> {
                ask(core, List.of(registration(core)));
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
                MEMBERS);
        figures.accept(Figure.of("consortium.p50", latencies.percentileMs(50), "ms", text));
        figures.accept(Figure.of("consortium.p99", latencies.percentileMs(99), "ms", text));
    }
}
