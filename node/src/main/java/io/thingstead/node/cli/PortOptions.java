package io.thingstead.node.cli;

import io.thingstead.node.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a node listens, the same for each command that starts one.
final class PortOptions {
    @Option(names = "--port", paramLabel = "N", description = "The HTTP port (default: 8080).")
    private @Nullable Integer http;

    @Option(names = "--mqtt-port", paramLabel = "N", description = "The MQTT port (default: 1883).")
    private @Nullable Integer mqtt;

    /// The ports of one of several members on this machine: each has its own, counted up.
    NodeConfig applied(NodeConfig config, int number) {
        int httpPort = http == null ? NodeConfig.HTTP_PORT : http;
        int mqttPort = mqtt == null ? NodeConfig.MQTT_PORT : mqtt;
        return config.withPorts(httpPort + number, mqttPort + number);
    }

    /// The options as they are given to another process.
    List<String> asArguments() {
        List<String> arguments = new ArrayList<>();
        if (http != null) {
            arguments.addAll(List.of("--port", http.toString()));
        }
        if (mqtt != null) {
            arguments.addAll(List.of("--mqtt-port", mqtt.toString()));
        }
        return arguments;
    }

    NodeConfig applied(NodeConfig config) {
        return config.withPorts(http, mqtt);
    }
}
