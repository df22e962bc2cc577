package io.thingstead.node.strangers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One connection of an MQTT client that nobody here wrote. While the node is away it tries to come back by itself, and
/// subscribes again then.
interface ForeignClient extends AutoCloseable {
    /// Whom it connects as.
    ///
    /// @param user a device's id, or its token
    /// @param password empty where the token says it all
    record Login(int port, boolean isVersion5, String clientId, String user, String password) {}

    /// Told what comes, on any thread.
    @FunctionalInterface
    interface Listener {
        void heard(String topic, byte[] payload);
    }

    /// A way to make one.
    @FunctionalInterface
    interface Library {
        ForeignClient connect(Login login, List<String> filters, Listener listener) throws Exception;
    }

    boolean isConnected();

    /// Publishes with QoS 1. Done when it is acknowledged, failed when the client gives it up.
    CompletableFuture<Void> publish(String topic, byte[] payload);

    @Override
    void close() throws Exception;
}
