package io.thingstead.node.cli;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead node`: a member's process.
@Command(name = "node", description = "Runs a member's node.", mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The node's data folder (default: thingstead-data/node).")
    private Path data = DataOption.NODE;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "thingstead.toml; without it everything has a default.")
    private @Nullable Path config;

    @Mixin
    private PortOptions ports = new PortOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        NodeConfig read = config == null ? NodeConfig.DEFAULT : NodeConfig.read(config);
        if (read.logsJson()) {
            JsonLines.begin();
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Node node = Node.start(data, ports.applied(read))) {
            out.println("Thingstead runs as member " + node.member() + ".");
            out.println();
            out.println("  Page     " + node.page());
            out.println("  MQTT     " + node.mqttAddress());
            node.fingerprint().ifPresent(fingerprint -> {
                out.println("  MQTT TLS " + node.mqttTlsAddress());
                out.println("  TLS      SHA-256 fingerprint " + fingerprint);
            });
            out.println("  Data     " + data);
            out.println();
            node.firstLink().ifPresent(link -> {
                out.println("Nobody can sign in yet. This link makes the first administrator, once, within a day:");
                out.println();
                out.println("  " + link);
                out.println();
                out.println("Where your browser is on another machine, put this one's name in place of its host.");
                out.println();
            });
            out.println("Add a device: ./thingstead device add NAME --data " + data + ". Stop with Ctrl-C.");
            out.flush();
            node.await();
        }
        return 0;
    }
}
