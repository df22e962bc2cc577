package io.thingstead.node.cli;

import io.thingstead.node.NodeFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The data folder of the node a command is about. Without the option: the demo's, or the node's, whichever runs.
final class DataOption {
    static final Path DEMO = Path.of("thingstead-data", "demo");
    static final Path DEMO_MEMBERS = Path.of("thingstead-data", "demo-members");
    static final Path NODE = Path.of("thingstead-data", "node");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The node's data folder (default: that of the node or demo that runs here).")
    private @Nullable Path given;

    Path folder() {
        if (given != null) {
            return given;
        }
        return Files.exists(DEMO.resolve(NodeFiles.ADDRESS)) ? DEMO : NODE;
    }

    RunningNode node() {
        return RunningNode.in(folder());
    }
}
