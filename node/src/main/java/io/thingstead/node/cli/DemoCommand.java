package io.thingstead.node.cli;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.demo.DemoFleet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `thingstead demo`: a node with a fleet of simulated devices, and one real one.
@Command(
        name = "demo",
        description = {
            "Runs a node with about 25 simulated devices that connect over real MQTT, hold real keys and sign.",
            "One device is real: this machine."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where to keep its data (default: thingstead-data/demo).")
    private Path data = DataOption.DEMO;

    @Mixin
    private PortOptions ports = new PortOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--members",
            paramLabel = "N",
            description = {
                "Run N members (1 to 7) on this machine that share one ledger, each with its own data, devices and page.",
                "More than one needs the consensus engine: thingstead engine install."
            })
    private int members = 1;

    @Option(
            names = "--names",
            paramLabel = "NAME,NAME,…",
            split = ",",
            description = "What the members are called, with --members (default: maker,carrier,pharmacy,insurer,…).")
    private List<String> names = List.of();

    @Option(
            names = "--engine-port",
            paramLabel = "N",
            description = "The port of the first member's engine, with --members (default: 26656).")
    private int enginePort = NodeConfig.ENGINE_PORT;

    @Option(
            names = "--members-port",
            paramLabel = "N",
            description = "The port on which the first member answers the others, with --members (default: 7443).")
    private int membersPort = NodeConfig.MEMBERS_PORT;

    @Option(
            names = "--story",
            paramLabel = "NAME",
            description = {
                "Play one of the examples, cold-chain or parking, on four members that stay alive afterwards: from the",
                "project's folder, and before all other options."
            })
    private @Nullable String story;

    @Option(names = "--member", paramLabel = "NUMBER", hidden = true)
    private @Nullable Integer member;

    @Override
    public Integer call() throws InterruptedException {
        if (members < 1 || members > DemoMembers.NAMES.size()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--members is 1 to " + DemoMembers.NAMES.size() + ", not " + members);
        }
        if (story != null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "a story is played by ./thingstead demo --story " + story + ", in the project's folder");
        }
        PrintWriter lines = Objects.requireNonNull(spec).commandLine().getOut();
        if (members > 1) {
            Path folder = data.equals(DataOption.DEMO) ? DataOption.DEMO_MEMBERS : data;
            var demo = new DemoMembers(folder, memberNames(), ports, enginePort, membersPort, lines);
            return member == null ? demo.run() : demo.runMember(member);
        }
        NodeConfig config = ports.applied(NodeConfig.DEFAULT.withMember("demo"));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Node node = Node.start(data, config)) {
            OptionalInt devices = node.demo().run(DemoFleet.Share.ALL);
            out.println(
                    devices.isPresent()
                            ? "The demo is alive: " + devices.getAsInt() + " devices, one of them this machine."
                            : "The demo devices were removed from this data folder: only devices of your own send.");
            out.println();
            out.println("  Page     " + node.page());
            out.println("  MQTT     " + node.mqttAddress());
            out.println("  Data     " + data + " (a second start goes on with it; delete the folder to begin anew)");
            out.println();
            out.println("Add your own device: ./thingstead device add NAME. Stop with Ctrl-C.");
            out.flush();
            node.await();
        }
        return 0;
    }

    private List<String> memberNames() {
        if (names.isEmpty()) {
            return DemoMembers.NAMES.subList(0, members);
        }
        boolean fits = names.size() == members
                && names.stream().distinct().count() == members
                && names.stream().allMatch(name -> MemberId.parse(name).isPresent());
        if (!fits) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--names is one name for each of the " + members
                            + " members: 1 to 32 of a-z, 0-9 and '-', each another");
        }
        return names;
    }
}
