package io.thingstead.node.strangers;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallbackExtended;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Eclipse Paho for Java, MQTT 3.1.1.
final class PahoJava3 implements ForeignClient, MqttCallbackExtended {
    private final MqttAsyncClient client;
    private final List<String> filters;
    private final Listener listener;

    private PahoJava3(MqttAsyncClient client, List<String> filters, Listener listener) {
        this.client = client;
        this.filters = filters;
        this.listener = listener;
    }

    static ForeignClient connect(Login login, List<String> filters, Listener listener) throws Exception {
        var client = new MqttAsyncClient("tcp://127.0.0.1:" + login.port(), login.clientId(), new MemoryPersistence());
        var options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setUserName(login.user());
        if (!login.password().isEmpty()) {
            options.setPassword(login.password().toCharArray());
        }
        options.setMaxInflight(100);
        options.setAutomaticReconnect(true);
        options.setMaxReconnectDelay(1_000);
        var made = new PahoJava3(client, filters, listener);
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
    public void connectionLost(Throwable why) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload) {
        var done = new CompletableFuture<Void>();
        try {
            client.publish(topic, payload, 1, false, null, new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    done.complete(null);
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
