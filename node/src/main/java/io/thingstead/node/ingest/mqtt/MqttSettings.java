package io.thingstead.node.ingest.mqtt;

import io.thingstead.node.tls.ServerTls;
import org.jspecify.annotations.Nullable;

/// How the MQTT endpoint listens.
///
/// @param port 0: any free one
/// @param threads event loops; verification runs on them
/// @param maxConnectionsPerAddress loopback is free
/// @param connectMillis within which a client has sent its CONNECT
/// @param secured where it listens with TLS, too; null: nowhere
public record MqttSettings(
        String host,
        int port,
        int threads,
        int maxConnections,
        int maxConnectionsPerAddress,
        int connectMillis,
        @Nullable Secured secured) {
    /// A port that speaks TLS from the first byte on.
    ///
    /// @param port 0: any free one
    public record Secured(String host, int port, ServerTls tls) {}

    public static final int CONNECT_MILLIS = 10_000;

    /// With one loop a processor, a loop that shares its processor with the log for a while falls behind alone and
    /// nothing can take from it; with two, the system spreads them evenly.
    private static final int LOOPS_A_PROCESSOR = 2;

    public MqttSettings(
            String host, int port, int threads, int maxConnections, int maxConnectionsPerAddress, int connectMillis) {
        this(host, port, threads, maxConnections, maxConnectionsPerAddress, connectMillis, null);
    }

    public MqttSettings {
        if (port < 0
                || port > 65_535
                || threads < 1
                || maxConnections < 1
                || maxConnectionsPerAddress < 1
                || connectMillis < 1) {
            throw new IllegalArgumentException("not settings of an MQTT endpoint: port %d, %d threads, %d connections"
                    .formatted(port, threads, maxConnections));
        }
    }

    /// For this machine, on a host's port.
    public static MqttSettings of(String host, int port) {
        return new MqttSettings(
                host,
                port,
                LOOPS_A_PROCESSOR * Runtime.getRuntime().availableProcessors(),
                20_000,
                2_000,
                CONNECT_MILLIS);
    }

    public MqttSettings with(@Nullable Secured other) {
        return new MqttSettings(host, port, threads, maxConnections, maxConnectionsPerAddress, connectMillis, other);
    }
}
