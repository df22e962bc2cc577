package io.thingstead.node.cli;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.consensus.comet.CometProgram;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import io.thingstead.node.demo.DemoFleet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `thingstead demo --members N`: founds a ledger of N members on this machine, the way members on N machines would,
/// and runs each in a process of its own. A member that ends is started again; all end with this process.
final class DemoMembers {
    /// What they are called where no other names are given: the parties of a cold chain, and some of their neighbours.
    static final List<String> NAMES =
            List.of("maker", "carrier", "pharmacy", "insurer", "grower", "harbour", "workshop");

    private static final String LOOPBACK = "127.0.0.1";
    private static final String MEMORY = "-Xmx384m";
    private static final long RESTART_S = 10;
    private static final long STOP_S = 15;
    /// How the line begins with which a member says that it runs.
    private static final String ALIVE = "alive with ";

    private final Path folder;
    private final List<String> names;
    private final PortOptions ports;
    private final int enginePort;
    private final int membersPort;
    private final PrintWriter out;
    private final Map<Integer, Process> children = new ConcurrentHashMap<>();
    private final Set<Integer> announced = ConcurrentHashMap.newKeySet();
    private final CountDownLatch alive;
    private volatile boolean ending;

    /// @param names of the members, one for each
    DemoMembers(Path folder, List<String> names, PortOptions ports, int enginePort, int membersPort, PrintWriter out) {
        this.folder = folder;
        this.names = List.copyOf(names);
        this.ports = ports;
        this.enginePort = enginePort;
        this.membersPort = membersPort;
        this.out = out;
        this.alive = new CountDownLatch(names.size());
    }

    private Path folder(int number) {
        return folder.resolve(names.get(number));
    }

    private String address(int number) {
        return LOOPBACK + ":" + (enginePort + number);
    }

    /// Founds the ledger where it is not yet, and runs all members until this process is stopped.
    int run() throws InterruptedException {
        if (CometProgram.find(null).isEmpty()) {
            throw new RunningNode.NodeException("several members need the consensus engine CometBFT v"
                    + CometProgram.VERSION + ", which is not on this machine. Put it in place with:"
                    + " thingstead engine install");
        }
        found();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            stop();
            ended.countDown();
        }));
        for (int number = 0; number < names.size(); number++) {
            int at = number;
            Thread.ofPlatform().name("member-" + names.get(at)).daemon().start(() -> keepRunning(at));
        }
        alive.await();
        guide().forEach(this::say);
        ended.await();
        return 0;
    }

    /// Where the members are, and what to try with them.
    private List<String> guide() {
        String last = names.get(names.size() - 1);
        List<String> lines =
                new ArrayList<>(List.of("", "All " + names.size() + " members are alive. Their pages:", ""));
        for (int number = 0; number < names.size(); number++) {
            lines.add("  %-10s %s".formatted(names.get(number), page(number)));
        }
        lines.addAll(List.of(
                "",
                "Prove a reading of " + names.getFirst() + " with what " + last + " trusts, in another terminal:",
                "",
                "  ./thingstead prove --device " + names.getFirst() + ":box-1 --number 1 --data " + folder(0)
                        + " -o box.proof.json && curl -s -o " + last + ".trust.json " + page(names.size() - 1)
                        + "api/trust && ./thingstead verify box.proof.json --trust " + last + ".trust.json",
                "",
                "Let another member read a device: " + page(0) + "things",
                "Decide together, remove a member, let one in: " + page(0) + "decisions",
                "Kill " + names.get(1) + " and look at the others' pages: kill -9 " + pid(1)
                        + ". It is started again after " + RESTART_S + " s.",
                "Stop all with Ctrl-C; a second start goes on with " + folder + ".",
                ""));
        return lines;
    }

    private long pid(int number) {
        return Objects.requireNonNull(children.get(number)).pid();
    }

    private String page(int number) {
        int port = ports.applied(NodeConfig.DEFAULT, number).httpListen().portOr(NodeConfig.HTTP_PORT);
        return "http://" + LOOPBACK + ":" + port + "/";
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /// Every step is one that a member would do on its own machine; the documents that they hand each other are kept.
    private void found() {
        Path documents = folder.resolve("documents");
        Path done = documents.resolve("begun");
        if (Files.exists(done)) {
            requireSame(done);
            return;
        }
        say("Founding a ledger of " + names.size() + " members; what they hand each other is in " + documents + ".");
        try {
            Files.createDirectories(documents);
            Path invite = documents.resolve(names.getFirst() + ".invite.json");
            try (MemberFolder founder = open(0)) {
                founder.invite(new MemberId(names.getFirst()), names.getFirst() + ".example")
                        .write(invite);
            }
            List<JoinRequest> requests = new ArrayList<>();
            for (int number = 1; number < names.size(); number++) {
                String name = names.get(number);
                Path request = documents.resolve(name + ".join.json");
                try (MemberFolder joining = open(number)) {
                    joining.request(Invite.read(invite), new MemberId(name), name + ".example", address(number))
                            .write(request);
                }
                requests.add(JoinRequest.read(request));
            }
            Path planFile = documents.resolve("founding.json");
            try (MemberFolder founder = open(0)) {
                founder.plan(requests, address(0)).write(planFile);
            }
            FoundingPlan plan = FoundingPlan.read(planFile);
            List<FoundingPlan.Approval> approvals = new ArrayList<>();
            for (int number = 0; number < names.size(); number++) {
                Path approval = documents.resolve(names.get(number) + ".approval.json");
                try (MemberFolder member = open(number)) {
                    FoundingPlan.writeApproval(approval, member.approve(plan, Invite.read(invite)));
                }
                approvals.add(FoundingPlan.readApproval(approval));
            }
            for (int number = 0; number < names.size(); number++) {
                try (MemberFolder member = open(number)) {
                    member.begin(plan.with(approvals), Invite.read(invite));
                }
            }
            plan.inWords().forEach(this::say);
            Files.writeString(done, String.join("\n", names) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the documents in " + documents, e);
        }
    }

    private void requireSame(Path done) {
        try {
            List<String> before = Files.readAllLines(done);
            if (!before.equals(names)) {
                throw new RunningNode.NodeException("the demo in " + folder + " was founded with --members "
                        + before.size() + " --names " + String.join(",", before)
                        + ": run it with these, or delete the folder to begin anew");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + done, e);
        }
    }

    private MemberFolder open(int number) {
        return MemberFolder.open(folder(number), System::currentTimeMillis);
    }

    private void keepRunning(int number) {
        String name = names.get(number);
        try {
            while (!ending) {
                int code = runChild(number);
                if (ending) {
                    return;
                }
                say(name + ": ended with code " + code + "; the others go on. It is started again in " + RESTART_S
                        + " s.");
                TimeUnit.SECONDS.sleep(RESTART_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            if (!ending) {
                say(name + ": " + e);
            }
        }
    }

    /// The same program in a process of its own. It ends when its standard input does: with this process, however that
    /// ends.
    private int runChild(int number) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-Xm"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xms64m",
                MEMORY,
                Thingstead.class.getName(),
                "demo",
                "--members",
                String.valueOf(names.size()),
                "--names",
                String.join(",", names),
                "--member",
                String.valueOf(number),
                "--data",
                folder.toString(),
                "--engine-port",
                String.valueOf(enginePort),
                "--members-port",
                String.valueOf(membersPort)));
        command.addAll(ports.asArguments());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Beside the command, which stays short enough to be told from the other members' in a list of processes.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process child = builder.start();
        children.put(number, child);
        if (ending) {
            child.destroy();
        }
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                say(names.get(number) + ": " + line);
                if (line.startsWith(ALIVE) && announced.add(number)) {
                    alive.countDown();
                }
            }
        }
        return child.waitFor();
    }

    private void stop() {
        ending = true;
        List<Process> running = List.copyOf(children.values());
        running.forEach(Process::destroy);
        for (Process child : running) {
            try {
                if (!child.waitFor(STOP_S, TimeUnit.SECONDS)) {
                    child.destroyForcibly();
                }
            } catch (InterruptedException e) {
                child.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /// One member with its part of the devices, in this process.
    int runMember(int number) throws InterruptedException {
        String name = names.get(number);
        NodeConfig config = ports.applied(
                NodeConfig.DEFAULT
                        .withMember(name)
                        .withEngine(LOOPBACK, enginePort + number)
                        .withMembers(LOOPBACK, membersPort + number),
                number);
        Thread.ofPlatform().name("parent").daemon().start(DemoMembers::endWithParent);
        try (Node node = Node.start(folder(number), config)) {
            int devices =
                    node.demo().run(new DemoFleet.Share(number, names.size())).orElse(0);
            say(ALIVE + devices + " devices · page " + node.page() + " · MQTT " + node.mqttAddress() + " · data "
                    + folder(number));
            node.await();
        }
        return 0;
    }

    @SuppressWarnings("SystemExitOutsideMain") // The process that started this one is gone: nobody is left to end it.
    private static void endWithParent() {
        try (InputStream in = System.in) {
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // The same as its end.
        }
        System.exit(0);
    }
}
