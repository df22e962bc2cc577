package io.thingstead.node.ingest;

/// A way for devices to reach the node. Whatever the protocol, a transport promises: what it acknowledges is durable;
/// a refusal carries its code where the protocol can; a refused message does no harm to others on its connection.
public interface Transport extends AutoCloseable {
    /// `mqtt`, `http`.
    String name();

    /// Listens; returns when devices can connect.
    void start();

    /// The port it listens on, also where any free one was asked for.
    int port();

    /// Closes the port and all connections. Frames already handed to the log are not taken back.
    @Override
    void close();
}
