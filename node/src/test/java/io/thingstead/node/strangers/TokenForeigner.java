package io.thingstead.node.strangers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.DeviceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A device with a token that speaks ThingsBoard's JSON over a foreign client: it answers each command with what it was
/// asked.
final class TokenForeigner implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TELEMETRY = "v1/devices/me/telemetry";
    private static final String REQUEST = "v1/devices/me/rpc/request/";
    private static final String RESPONSE = "v1/devices/me/rpc/response/";

    private static final long ACKNOWLEDGED_S = 10;
    private static final long AGAIN_NS = 200_000_000;

    final DeviceId id;
    final AtomicLong acknowledged = new AtomicLong();
    private final ForeignClient client;
    private volatile boolean closed;

    /// Registers a new device and connects it.
    TokenForeigner(NodeProcess node, String name, ForeignClient.Library library) throws Exception {
        id = DeviceId.of("acme:" + name);
        String token =
                node.post("/api/devices", Map.of("name", name)).path("token").asText();
        CompletableFuture<ForeignClient> made = new CompletableFuture<>();
        client = library.connect(
                new ForeignClient.Login(node.mqttPort, true, name, token, ""),
                List.of(REQUEST + "+"),
                (topic, payload) -> made.thenAcceptAsync(connected -> answer(connected, topic, payload)));
        made.complete(client);
    }

    private static void answer(ForeignClient client, String topic, byte[] payload) {
        try {
            JsonNode request = JSON.readTree(payload);
            var _ = client.publish(
                    RESPONSE + topic.substring(REQUEST.length()), JSON.writeValueAsBytes(request.path("params")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Publishes a reading until it is acknowledged, as a client must that may be without a connection at that moment.
    void measure(double temperature) {
        byte[] reading = ("{\"temperature\": " + temperature + "}").getBytes(StandardCharsets.UTF_8);
        Thread.startVirtualThread(() -> {
            while (!closed) {
                try {
                    client.publish(TELEMETRY, reading).get(ACKNOWLEDGED_S, TimeUnit.SECONDS);
                    acknowledged.incrementAndGet();
                    return;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    LockSupport.parkNanos(AGAIN_NS);
                }
            }
        });
    }

    @Override
    public void close() throws Exception {
        closed = true;
        client.close();
    }
}
