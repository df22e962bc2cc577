package io.thingstead.node.cli;

import io.thingstead.node.NodeConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a node listens, the same for each command that starts one.
final class PortOptions {
    @Option(names = "--port", paramLabel = "N", description = "The HTTP port (default: 8080).")
    private @Nullable Integer http;

    @Option(names = "--mqtt-port", paramLabel = "N", description = "The MQTT port (default: 1883).")
    private @Nullable Integer mqtt;

    NodeConfig applied(NodeConfig config) {
        return config.withPorts(http, mqtt);
    }
}
