package io.thingstead.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ContractWatch;
import io.thingstead.node.MemberCore;
import io.thingstead.node.command.Commands;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.IngestCounters;
import io.thingstead.node.ingest.Ingress;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ingest.Sender;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.Transfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Steps of contracts beside plain transfers on the ledger of four members, each with its engine: by a signature, each
/// a
/// transaction of its own as a transfer is, with a payment in it; and by the evidence of a signed reading, found and
/// shown by the members' own watches.
final class StepRatioBench {
    private static final AssetId EUR = AssetId.of("m1:EUR");
    private static final int ROUNDS = 2;
    private static final int WARM_UP_SECONDS = 8;
    private static final int AT_ONCE = 4_000;
    /// Contracts of each member, and how often each goes round.
    private static final int SIGNED = 100;
    private static final int TIMES = 1_000;
    private static final int MEASURED = 256;
    private static final int READINGS = 40;
    private static final int IN_A_TRANSACTION = 100;
    private static final int LOOK_MS = 20;
    private static final int FINAL_SECONDS = 12;
    private static final long MONEY = 1_000_000_000L;

    private final Run run;
    private final AtomicLong steps = new AtomicLong();
    private List<MemberCore> cores = List.of();
    private int contracts;

    /// @param cpu seconds of the processors, nodes and engines
    private record Rate(double count, double seconds, double cpu) {
        static final Rate NOTHING = new Rate(0, 0, 0);

        Rate plus(Rate other) {
            return new Rate(count + other.count, seconds + other.seconds, cpu + other.cpu);
        }

        double perSecond() {
            return count / seconds;
        }

        String cost() {
            return String.format(Locale.ROOT, "%.2f ms of a core each", 1e3 * cpu / count);
        }
    }

    StepRatioBench(Run run) {
        this.run = run;
    }

    void run() throws IOException, InterruptedException {
        run.say("founding a ledger of four members");
        Consortium consortium = Consortium.found(run.folder().resolve("steps"), Consortium.FOUR);
        cores = consortium.startAll(
                (data, config) -> MemberCore.open(data, config, System::currentTimeMillis, trouble -> {
                    throw new IllegalStateException("the ledger has stopped", trouble);
                }));
        List<Long> engines =
                ProcessHandle.current().children().map(ProcessHandle::pid).toList();
        try {
            cores.forEach(MemberCore::start);
            prepare();
            bySignature(engines);
            byEvidence(engines);
        } finally {
            cores.forEach(MemberCore::close);
        }
    }

    private AccountId account(int member) {
        return AccountId.of(cores.get(member % cores.size()).member());
    }

    private void prepare() {
        List<Action> money = new ArrayList<>();
        money.add(new CreateAsset(EUR, 2));
        for (int i = 0; i < cores.size(); i++) {
            money.add(new Issue(EUR, account(i), MONEY, null));
        }
        ConsortiumLoad.ask(cores.getFirst(), money);
    }

    private static DeviceId device(MemberCore core, String name) {
        return new DeviceId(core.member(), name);
    }

    /// Begins a contract about each device of a member: the member before it pays.
    private void begin(int member, List<DeviceId> devices, int signed, int measured, boolean isKnown) {
        MemberCore payee = cores.get(member);
        MemberCore payer = cores.get((member + cores.size() - 1) % cores.size());
        for (int from = 0; from < devices.size(); from += IN_A_TRANSACTION) {
            List<Action> drafts = new ArrayList<>();
            List<Action> signs = new ArrayList<>();
            for (DeviceId device : devices.subList(from, Math.min(devices.size(), from + IN_A_TRANSACTION))) {
                ContractFile file = ContractTexts.rounds(EUR, device, signed, measured);
                DraftContract draft = ContractTexts.draft(
                        file,
                        AccountId.of(payer.member()),
                        AccountId.of(payee.member()),
                        isKnown || from > 0 || !drafts.isEmpty());
                drafts.add(draft);
                signs.add(new SignContract(++contracts, ContractTexts.agreement(file, draft)));
            }
            ConsortiumLoad.ask(payee, drafts);
            ConsortiumLoad.ask(payee, signs);
            ConsortiumLoad.ask(payer, signs);
        }
    }

    private void bySignature(List<Long> engines) throws IOException, InterruptedException {
        run.say("beginning " + SIGNED * cores.size() + " contracts");
        for (int m = 0; m < cores.size(); m++) {
            MemberCore core = cores.get(m);
            List<Action> registrations = new ArrayList<>();
            List<DeviceId> devices = new ArrayList<>();
            for (int i = 0; i < SIGNED; i++) {
                devices.add(device(core, "box-" + i));
                registrations.add(RegisterDevice.withToken(devices.getLast()));
            }
            ConsortiumLoad.ask(core, registrations);
            begin(m, devices, TIMES, 0, m > 0);
        }
        run.say("warming up");
        perSecond(engines, WARM_UP_SECONDS, this::transfer);
        perSecond(engines, WARM_UP_SECONDS, this::step);
        Rate transfers = Rate.NOTHING;
        Rate signed = Rate.NOTHING;
        for (int round = 1; round <= ROUNDS; round++) {
            run.say("transfers and steps by signature, round " + round);
            double each = (double) run.seconds() / ROUNDS;
            transfers = transfers.plus(perSecond(engines, each, this::transfer));
            signed = signed.plus(perSecond(engines, each, this::step));
        }
        tell("contract.step_ratio", "steps by a signature with a payment", signed, transfers);
    }

    private void tell(String name, String what, Rate steps, Rate transfers) {
        run.tell(new Figure(
                name,
                steps.perSecond(),
                "steps/s",
                transfers.perSecond(),
                String.format(
                        Locale.ROOT,
                        "%s, each a transaction of its own, four members with their engines and the load on these"
                                + " cores, %s; limit: transfers in the same run, %s",
                        what,
                        steps.cost(),
                        transfers.cost())));
    }

    private Action transfer(Integer member) {
        return new Transfer(account(member), account(member + 1), EUR, 1, null, null);
    }

    /// Of the contracts in which the member pays.
    private Action step(Integer member) {
        long number = steps.getAndIncrement() / cores.size();
        int payee = (member + 1) % cores.size();
        long contract = 1 + (long) payee * SIGNED + number % SIGNED;
        return new StepContract(contract, ContractTexts.PAYER, StepContract.Kind.SIGN, ContractTexts.TICK);
    }

    private Rate perSecond(List<Long> engines, double forSeconds, Function<Integer, Action> next)
            throws IOException, InterruptedException {
        Semaphore window = new Semaphore(AT_ONCE);
        double cpu = Cpu.ofThis() + Cpu.of(engines);
        long start = System.nanoTime();
        long until = start + (long) (forSeconds * 1e9);
        long count = 0;
        for (; System.nanoTime() - until < 0; count++) {
            int member = (int) (count % cores.size());
            window.acquire();
            Action action = next.apply(member);
            Thread.ofVirtual().start(() -> {
                ConsortiumLoad.ask(cores.get(member), List.of(action));
                window.release();
            });
        }
        window.acquire(AT_ONCE);
        double took = (System.nanoTime() - start) / 1e9;
        return new Rate(count, took, Cpu.ofThis() + Cpu.of(engines) - cpu);
    }

    /// The frames are final before: what is measured is finding, proving, checking and paying.
    private void byEvidence(List<Long> engines) throws IOException, InterruptedException {
        run.say("beginning " + MEASURED * cores.size() + " contracts about readings");
        for (int m = 0; m < cores.size(); m++) {
            measure(m);
        }
        awaitFinal();
        Rate transfers = perSecond(engines, (double) run.seconds() / ROUNDS, this::transfer);
        run.say("steps by evidence");
        AtomicInteger shown = new AtomicInteger();
        List<ContractWatch> watches = new ArrayList<>();
        List<Thread> lookers = new ArrayList<>();
        LedgerReader.Subscription blocks = cores.getFirst().ledger().onBlock(block -> shown.addAndGet(stepped(block)));
        for (MemberCore core : cores) {
            ContractWatch watch = new ContractWatch(
                    core.member(),
                    core.ledger(),
                    core.log().reader(),
                    core.registrar()::askWith,
                    () -> new byte[Attachment.SALT_BYTES],
                    () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
            watches.add(watch);
            lookers.add(Thread.ofPlatform().start(() -> look(watch)));
        }
        TimeUnit.SECONDS.sleep(2);
        int before = shown.get();
        double cpu = Cpu.ofThis() + Cpu.of(engines);
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(run.seconds());
        int count = shown.get() - before;
        double took = (System.nanoTime() - start) / 1e9;
        Rate evidence = new Rate(count, took, Cpu.ofThis() + Cpu.of(engines) - cpu);
        for (Thread looker : lookers) {
            looker.interrupt();
            looker.join();
        }
        watches.forEach(ContractWatch::close);
        blocks.close();
        transfers = transfers.plus(perSecond(engines, (double) run.seconds() / ROUNDS, this::transfer));
        tell(
                "contract.evidence_ratio",
                "steps by evidence, a signed reading with its proofs found and shown by the members' watches, with a"
                        + " payment",
                evidence,
                transfers);
    }

    private static int stepped(CommittedBlock block) {
        return (int) block.events().stream()
                .filter(event -> event.type() == EventType.CONTRACT_STEPPED)
                .count();
    }

    private static void look(ContractWatch watch) {
        while (!Thread.interrupted()) {
            watch.look();
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void measure(int member) throws InterruptedException {
        MemberCore core = cores.get(member);
        List<SigningKey> keys = new ArrayList<>();
        List<DeviceId> devices = new ArrayList<>();
        List<Action> registrations = new ArrayList<>();
        for (int i = 0; i < MEASURED; i++) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            DeviceId device = device(core, "sensor-" + i);
            byte[] possession = Possession.sign(device.value(), core.registrar().ledger(), key);
            keys.add(key);
            devices.add(device);
            registrations.add(new RegisterDevice(device, KeyRole.DEVICE, key.key(), possession));
        }
        for (int from = 0; from < MEASURED; from += IN_A_TRANSACTION) {
            ConsortiumLoad.ask(core, registrations.subList(from, Math.min(MEASURED, from + IN_A_TRANSACTION)));
        }
        begin(member, devices, 0, READINGS, member > 0);
        Ingress ingress = new Ingress(
                core.registrar().ledger(),
                core.member(),
                core.ledger(),
                core.log().sequencer()::submit,
                System::currentTimeMillis,
                new IngestCounters(new SimpleMeterRegistry()),
                new Commands(
                        core.registrar().ledger(),
                        core.ledger(),
                        core.keys().of(KeyRole.NODE),
                        core.store(),
                        List.of(core.log().reader()),
                        core.log().sequencer()::submit,
                        (_, _, _, _) -> {},
                        System::currentTimeMillis));
        Semaphore logged = new Semaphore(0);
        for (SigningKey key : keys) {
            FrameSigner signer = FrameSigner.of(core.registrar().ledger(), key);
            for (int n = 1; n <= READINGS; n++) {
                byte[] frame = signer.sign(
                        n,
                        SenMlEncoder.encode(List.of(
                                Measurement.of(ContractTexts.STREAM, "Cel", 20.0, System.currentTimeMillis()))));
                if (!(ingress.check(frame, Sender.ANYONE) instanceof Checked.Ready ready)) {
                    throw new IllegalStateException("a frame of the bench was turned away");
                }
                ready.submit(outcome -> {
                    if (outcome instanceof Outcome.Logged) {
                        logged.release();
                    }
                });
            }
            logged.acquire(READINGS);
        }
    }

    /// Until a root that the ledger keeps covers all of the frames: one is kept every few seconds in which something
    /// happens.
    private void awaitFinal() throws InterruptedException {
        for (int i = 0; i < FINAL_SECONDS; i++) {
            TimeUnit.SECONDS.sleep(1);
            ConsortiumLoad.ask(cores.getFirst(), List.of(transfer(0)));
        }
    }
}
