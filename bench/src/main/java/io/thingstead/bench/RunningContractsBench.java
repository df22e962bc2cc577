package io.thingstead.bench;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ContractWatch;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A ledger of one member with 1,000 running contracts, and then with 100,000: what a step costs, what it costs to
/// watch
/// them all for readings, and the memory of a node that runs them.
final class RunningContractsBench {
    private static final NodeConfig CONFIG = NodeConfig.DEFAULT.withMember("bench");
    private static final AssetId EUR = AssetId.of("bench:EUR");
    private static final int FEW = 1_000;
    private static final int MANY = 100_000;
    private static final int DEVICES = 1_000;
    private static final int IN_A_TRANSACTION = 128;
    private static final int ROUNDS = 20;
    private static final int AT_ONCE = 256;
    private static final int STEPS = 5_000;
    private static final int LOOKS = 50;
    /// By then it watches them all.
    private static final int SETTLE_SECONDS = 60;
    private static final long STRIDE = 7_919;

    private final Run run;
    private final List<ContractFile> files = new ArrayList<>();
    private int contracts;
    private long stepped;

    RunningContractsBench(Run run) {
        this.run = run;
    }

    /// What a step takes, in time and of the processors.
    private record Cost(double perSecond, double cpuMicros) {}

    void run() throws IOException, InterruptedException {
        Path data = run.folder().resolve("contracts");
        int many = Math.max(2 * FEW, run.share(MANY));
        try (MemberCore core = open(data)) {
            prepare(core);
            begin(core, FEW);
            run.say("warming up");
            steps(core);
            steps(core);
            Cost few = steps(core);
            run.say("beginning " + many + " contracts");
            long start = System.nanoTime();
            begin(core, many);
            double began = (many - FEW) / ((System.nanoTime() - start) / 1e9);
            Cost all = steps(core);
            run.tell(new Figure(
                    "contract.100k_step_cost",
                    all.cpuMicros(),
                    "µs of a core",
                    few.cpuMicros(),
                    String.format(
                            Locale.ROOT,
                            "a step by signature with a payment, in a transaction of its own, among %,d running contracts,"
                                    + " one member, %d at once, %.0f/s; limit: the same among %,d, %.0f/s; %.0f contracts/s"
                                    + " drafted, signed and begun",
                            many,
                            AT_ONCE,
                            all.perSecond(),
                            FEW,
                            few.perSecond(),
                            began)));
            look(core, many);
        }
        memory(data, many);
    }

    private static MemberCore open(Path data) {
        return MemberCore.open(data, CONFIG, System::currentTimeMillis, trouble -> {
            throw new IllegalStateException("the ledger has stopped", trouble);
        });
    }

    private static DeviceId device(int number) {
        return DeviceId.of("bench:box-" + number);
    }

    private void prepare(MemberCore core) {
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            actions.add(RegisterDevice.withToken(device(i)));
            files.add(ContractTexts.rounds(EUR, device(i), ROUNDS, 1));
        }
        for (int from = 0; from < DEVICES; from += IN_A_TRANSACTION) {
            ConsortiumLoad.ask(core, actions.subList(from, Math.min(DEVICES, from + IN_A_TRANSACTION)));
        }
        AccountId own = AccountId.of(core.member());
        ConsortiumLoad.ask(core, List.of(new CreateAsset(EUR, 2), new Issue(EUR, own, 1_000_000_000_00L, null)));
        for (int i = 0; i < DEVICES; i++) {
            ConsortiumLoad.ask(
                    core, List.of(new Transfer(own, AccountId.of(device(i)), EUR, 1_000_000_00, null, null)));
        }
    }

    /// The device pays and the member is paid, who signs for both.
    private void begin(MemberCore core, int until) {
        AccountId own = AccountId.of(core.member());
        while (contracts < until) {
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < IN_A_TRANSACTION && contracts < until; i++) {
                ContractFile file = files.get(contracts % DEVICES);
                DraftContract draft =
                        ContractTexts.draft(file, AccountId.of(device(contracts % DEVICES)), own, contracts > 0);
                contracts++;
                actions.add(draft);
                actions.add(new SignContract(contracts, ContractTexts.agreement(file, draft)));
            }
            ConsortiumLoad.ask(core, actions);
        }
    }

    /// Of each contract as many as of any other, here and there.
    private Action nextStep() {
        long contract = 1 + stepped++ * STRIDE % contracts;
        return new StepContract(contract, ContractTexts.PAYER, StepContract.Kind.SIGN, ContractTexts.TICK);
    }

    private Cost steps(MemberCore core) throws IOException, InterruptedException {
        Semaphore window = new Semaphore(AT_ONCE);
        double cpu = Cpu.ofThis();
        long start = System.nanoTime();
        for (int i = 0; i < STEPS; i++) {
            window.acquire();
            Action step = nextStep();
            Thread.ofVirtual().start(() -> {
                ConsortiumLoad.ask(core, List.of(step));
                window.release();
            });
        }
        window.acquire(AT_ONCE);
        double took = (System.nanoTime() - start) / 1e9;
        return new Cost(STEPS / took, (Cpu.ofThis() - cpu) * 1e6 / STEPS);
    }

    private void look(MemberCore core, int many) {
        run.say("watching " + many + " contracts");
        try (ContractWatch watch = new ContractWatch(
                core.member(),
                core.ledger(),
                core.log().reader(),
                core.registrar()::askWith,
                () -> new byte[Attachment.SALT_BYTES],
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
            long start = System.nanoTime();
            watch.look();
            double first = (System.nanoTime() - start) / 1e6;
            Latencies looks = new Latencies(LOOKS);
            for (int i = 0; i < LOOKS; i++) {
                ConsortiumLoad.ask(core, List.of(nextStep()));
                long began = System.nanoTime();
                watch.look();
                looks.add(System.nanoTime() - began);
            }
            if (watch.watched() != contracts) {
                throw new IllegalStateException(watch.watched() + " contracts are watched, not " + contracts);
            }
            run.tell(Figure.of(
                    "contract.100k_look",
                    looks.percentileMs(50),
                    "ms",
                    String.format(
                            Locale.ROOT,
                            "a look at %,d contracts that wait for readings of %,d devices, one changed since, p99 %.1f"
                                    + " ms; the first look after a start %.0f ms",
                            many,
                            DEVICES,
                            looks.percentileMs(99),
                            first)));
        }
    }

    private void memory(Path data, int many) throws IOException, InterruptedException {
        run.say("starting a node that runs them");
        try (NodeProcess node = NodeProcess.alone(data)) {
            double ready = node.awaitReadyMs();
            double most = 0;
            for (int i = 0; i < SETTLE_SECONDS; i++) {
                TimeUnit.SECONDS.sleep(1);
                most = Math.max(most, node.residentMib());
            }
            run.tell(Figure.of(
                    "contract.100k_memory",
                    most,
                    "MiB",
                    String.format(
                            Locale.ROOT,
                            "resident at most, a node in a process of its own with %,d running contracts that it"
                                    + " watches, in the %d s after it was ready, which took %.1f s",
                            many,
                            SETTLE_SECONDS,
                            ready / 1e3)));
        }
    }
}
