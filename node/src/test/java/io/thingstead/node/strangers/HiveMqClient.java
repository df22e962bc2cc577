package io.thingstead.node.strangers;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// HiveMQ's MQTT client, MQTT 3.1.1 and 5. It sends again by itself what was not
/// acknowledged when the node went away. Who it is stands in the client, not in one connection: else it would come back
/// as nobody.
final class HiveMqClient {
    private static final long PATIENCE_S = 10;

    private HiveMqClient() {}

    static ForeignClient connect(ForeignClient.Login login, List<String> filters, ForeignClient.Listener listener)
            throws Exception {
        MqttClientBuilder builder = MqttClient.builder()
                .serverHost("127.0.0.1")
                .serverPort(login.port())
                .identifier(login.clientId())
                .automaticReconnect()
                .initialDelay(200, TimeUnit.MILLISECONDS)
                .maxDelay(1, TimeUnit.SECONDS)
                .applyAutomaticReconnect()
                .addDisconnectedListener(lost -> lost.getReconnector().republishIfSessionExpired(true));
        return login.isVersion5()
                ? Version5.connect(builder, login, filters, listener)
                : Version3.connect(builder, login, filters, listener);
    }

    private static byte[] password(ForeignClient.Login login) {
        return login.password().getBytes(StandardCharsets.US_ASCII);
    }

    private record Version3(Mqtt3AsyncClient client) implements ForeignClient {
        static ForeignClient connect(MqttClientBuilder builder, Login login, List<String> filters, Listener listener)
                throws Exception {
            var user = builder.useMqttVersion3().simpleAuth().username(login.user());
            Mqtt3AsyncClient client = (login.password().isEmpty() ? user : user.password(password(login)))
                    .applySimpleAuth()
                    .buildAsync();
            client.connect().get(PATIENCE_S, TimeUnit.SECONDS);
            for (String filter : filters) {
                client.subscribeWith()
                        .topicFilter(filter)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .callback(message -> listener.heard(message.getTopic().toString(), message.getPayloadAsBytes()))
                        .send()
                        .get(PATIENCE_S, TimeUnit.SECONDS);
            }
            return new Version3(client);
        }

        @Override
        public boolean isConnected() {
            return client.getState().isConnected();
        }

        @Override
        public CompletableFuture<Void> publish(String topic, byte[] payload) {
            return client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload)
                    .send()
                    .thenApply(_ -> null);
        }

        @Override
        public void close() throws Exception {
            client.disconnect().exceptionally(_ -> null).get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private record Version5(Mqtt5AsyncClient client) implements ForeignClient {
        static ForeignClient connect(MqttClientBuilder builder, Login login, List<String> filters, Listener listener)
                throws Exception {
            var user = builder.useMqttVersion5().simpleAuth().username(login.user());
            Mqtt5AsyncClient client = (login.password().isEmpty() ? user : user.password(password(login)))
                    .applySimpleAuth()
                    .buildAsync();
            client.connect().get(PATIENCE_S, TimeUnit.SECONDS);
            for (String filter : filters) {
                client.subscribeWith()
                        .topicFilter(filter)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .callback(message -> listener.heard(message.getTopic().toString(), message.getPayloadAsBytes()))
                        .send()
                        .get(PATIENCE_S, TimeUnit.SECONDS);
            }
            return new Version5(client);
        }

        @Override
        public boolean isConnected() {
            return client.getState().isConnected();
        }

        @Override
        public CompletableFuture<Void> publish(String topic, byte[] payload) {
            return client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload)
                    .send()
                    .thenCompose(result -> result.getError()
                            .map(CompletableFuture::<Void>failedFuture)
                            .orElseGet(() -> CompletableFuture.completedFuture(null)));
        }

        @Override
        public void close() throws Exception {
            client.disconnect().exceptionally(_ -> null).get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }
}
