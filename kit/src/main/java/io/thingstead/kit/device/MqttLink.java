package io.thingstead.kit.device;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sends frames over MQTT 3.1.1, topic `v1/devices/me/frames`, QoS 1. Needs `io.vertx:vertx-mqtt` on the class path.
///
/// The acknowledgement means that the frame is on the node's disk, unless a refusal came before it: MQTT 3.1.1 has no
/// other way to refuse than to say so on `v1/devices/me/receipts`, where receipts with proofs come too
/// (`docs/formats.md` §6).
public final class MqttLink implements FrameLink {
    public static final String FRAMES = "v1/devices/me/frames";
    public static final String RECEIPTS = "v1/devices/me/receipts";
    public static final String COMMANDS = "v1/devices/me/commands";

    private static final int KEEP_ALIVE_S = 30;
    private static final int IN_FLIGHT = 1_000;

    private final MqttClient client;
    private final Receipts receipts;
    private final UnderWay underWay = new UnderWay();

    private MqttLink(MqttClient client, Receipts receipts) {
        this.client = client;
        this.receipts = receipts;
    }

    /// Connects as a device that proves its key.
    ///
    /// @param receipts what becomes of receipts: [CheckedReceipts], or [Receipts#IGNORED]
    public static Future<MqttLink> connect(
            Vertx vertx,
            String host,
            int port,
            String clientId,
            DeviceId device,
            LedgerId ledger,
            Signer key,
            long nowMs,
            Receipts receipts) {
        return connect(vertx, host, port, clientId, device, ledger, key, nowMs, receipts, null);
    }

    /// The same for a device that takes commands.
    ///
    /// @param commands gets each command as it comes: [CommandTaker#received]
    public static Future<MqttLink> connect(
            Vertx vertx,
            String host,
            int port,
            String clientId,
            DeviceId device,
            LedgerId ledger,
            Signer key,
            long nowMs,
            Receipts receipts,
            @Nullable Consumer<byte[]> commands) {
        String password = Base64Url.encode(Connect.sign(device, nowMs, ledger, key));
        return connect(vertx, host, port, options(clientId, device.value(), password), receipts, commands);
    }

    private static MqttClientOptions options(String clientId, String username, String password) {
        MqttClientOptions options = new MqttClientOptions()
                .setClientId(clientId)
                .setUsername(username)
                .setCleanSession(true)
                .setKeepAliveInterval(KEEP_ALIVE_S)
                .setMaxInflightQueue(IN_FLIGHT);
        return options.setPassword(password);
    }

    private static Future<MqttLink> connect(
            Vertx vertx,
            String host,
            int port,
            MqttClientOptions options,
            Receipts receipts,
            @Nullable Consumer<byte[]> commands) {
        MqttClient client = MqttClient.create(vertx, options);
        MqttLink link = new MqttLink(client, receipts);
        client.publishCompletionHandler(link.underWay::acknowledged);
        client.closeHandler(_ -> link.underWay.failed("the connection is closed"));
        client.exceptionHandler(e -> link.underWay.failed(String.valueOf(e.getMessage())));
        client.publishHandler(message -> {
            byte[] bytes = message.payload().getBytes();
            if (!message.topicName().equals(COMMANDS)) {
                link.underWay.heard(bytes);
                receipts.heard(bytes);
            } else if (commands != null) {
                commands.accept(bytes);
            }
        });
        return client.connect(port, host)
                .compose(_ -> client.subscribe(RECEIPTS, 0))
                .compose(id -> commands == null ? Future.succeededFuture(id) : client.subscribe(COMMANDS, 1))
                .map(_ -> link);
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public CompletableFuture<Delivery> send(byte[] frame) {
        CompletableFuture<Delivery> done = new CompletableFuture<>();
        receipts.sending(frame);
        try {
            client.publish(FRAMES, Buffer.buffer(frame), MqttQoS.AT_LEAST_ONCE, false, false)
                    .onSuccess(id -> underWay.sent(id, done))
                    .onFailure(e -> done.complete(new Delivery.Failed(String.valueOf(e.getMessage()))));
        } catch (RuntimeException e) {
            // The client throws when its connection went away a moment ago.
            done.complete(new Delivery.Failed(String.valueOf(e.getMessage())));
        }
        return done;
    }

    public Future<Void> disconnect() {
        return client.disconnect();
    }
}
