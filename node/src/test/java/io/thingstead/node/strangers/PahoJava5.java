package io.thingstead.node.strangers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/// Eclipse Paho for Java, MQTT 5.
final class PahoJava5 implements ForeignClient, MqttCallback {
    private static final int REFUSED = 0x80;

    private final MqttAsyncClient client;
    private final List<String> filters;
    private final Listener listener;

    private PahoJava5(MqttAsyncClient client, List<String> filters, Listener listener) {
        this.client = client;
        this.filters = filters;
        this.listener = listener;
    }

    static ForeignClient connect(Login login, List<String> filters, Listener listener) throws Exception {
        var client = new MqttAsyncClient("tcp://127.0.0.1:" + login.port(), login.clientId(), new MemoryPersistence());
        var options = new MqttConnectionOptions();
        options.setUserName(login.user());
        if (!login.password().isEmpty()) {
            options.setPassword(login.password().getBytes(StandardCharsets.US_ASCII));
        }
        options.setAutomaticReconnect(true);
        options.setMaxReconnectDelay(1_000);
        var made = new PahoJava5(client, filters, listener);
        client.setCallback(made);
        client.connect(options).waitForCompletion(10_000);
        return made;
    }

    @Override
    public void connectComplete(boolean again, String server) {
        if (!filters.isEmpty()) {
            try {
                int[] qos = new int[filters.size()];
                Arrays.fill(qos, 1);
                client.subscribe(filters.toArray(String[]::new), qos);
            } catch (MqttException e) {
                throw new AssertionError("connected, and cannot subscribe", e);
            }
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        listener.heard(topic, message.getPayload());
    }

    @Override
    public void disconnected(MqttDisconnectResponse why) {}

    @Override
    public void mqttErrorOccurred(MqttException trouble) {}

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload) {
        var done = new CompletableFuture<Void>();
        try {
            client.publish(topic, payload, 1, false, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    if (Arrays.stream(token.getReasonCodes()).allMatch(code -> code < REFUSED)) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(new IOException(Arrays.toString(token.getReasonCodes())));
                    }
                }

                @Override
                public void onFailure(IMqttToken token, Throwable why) {
                    done.completeExceptionally(why);
                }
            });
        } catch (MqttException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 500, true);
        client.close(true);
    }
}
