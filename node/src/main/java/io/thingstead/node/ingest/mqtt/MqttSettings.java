package io.thingstead.node.ingest.mqtt;

/// How the MQTT endpoint listens.
///
/// @param port 0: any free one
/// @param threads event loops; verification runs on them, so as many as there are processors
/// @param maxConnectionsPerAddress loopback is free
public record MqttSettings(String host, int port, int threads, int maxConnections, int maxConnectionsPerAddress) {
    public MqttSettings {
        if (port < 0 || port > 65_535 || threads < 1 || maxConnections < 1 || maxConnectionsPerAddress < 1) {
            throw new IllegalArgumentException("not settings of an MQTT endpoint: port %d, %d threads, %d connections"
                    .formatted(port, threads, maxConnections));
        }
    }

    /// For this machine, on a host's port.
    public static MqttSettings of(String host, int port) {
        return new MqttSettings(host, port, Runtime.getRuntime().availableProcessors(), 20_000, 2_000);
    }
}
