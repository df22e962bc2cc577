package io.thingstead.node.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Mqtt5ComplianceTest extends MqttCompliance {
    @Override
    protected MqttVersion version() {
        return MqttVersion.MQTT_5;
    }

    @Test
    void a_client_of_MQTT_5_hears_which_subscriptions_there_are() throws Exception {
        SigningDevice device = node.device("box");
        String token = node.tokenDevice("sensor");
        try (MqttClient client = open()) {
            client.send(hello().username(token).hasUser(true).build());
            assertThat(wildcardsAvailable(client.receive())).isNull(); // which means yes
            assertThat(client.subscribe("v1/devices/me/rpc/request/+")).isEqualTo(1);
            assertThat(client.subscribe("v1/devices/+/telemetry")).isEqualTo(0x87);
        }
        try (MqttClient client = open()) {
            client.send(hello().username(device.id().value())
                    .hasUser(true)
                    .password(device.password(node.nowMs()).getBytes(StandardCharsets.US_ASCII))
                    .hasPassword(true)
                    .build());
            assertThat(wildcardsAvailable(client.receive())).isEqualTo(0);
            MqttProperties properties = new MqttProperties();
            properties.add(new MqttProperties.IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER, 7));
            client.send(MqttMessageBuilders.subscribe()
                    .messageId(1)
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, "v1/devices/me/receipts")
                    .properties(properties)
                    .build());
            assertThat(reasonOf(client.await(MqttMessageType.DISCONNECT))).isEqualTo(0xA1);
        }
    }

    private static @Nullable Object wildcardsAvailable(MqttMessage connAck) {
        var property = ((MqttConnAckMessage) connAck)
                .variableHeader()
                .properties()
                .getProperty(MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE);
        return property == null ? null : property.value();
    }
}
