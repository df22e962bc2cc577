package io.thingstead.node.demo;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;

/// A simple device as many are: it has an access token, no key, and sends plain JSON. The member attests its readings.
final class TokenStation {
    private static final String TELEMETRY = "v1/devices/me/telemetry";
    private static final long RECONNECT_MS = 2_000;

    private final Vertx vertx;
    private final DemoTarget target;
    private final String token;
    private final Thing thing;
    private MqttClient client;
    private long nextMs;
    private long nextConnectMs;

    TokenStation(Vertx vertx, DemoTarget target, String token, Thing thing) {
        this.vertx = vertx;
        this.target = target;
        this.token = token;
        this.thing = thing;
        this.client = newClient();
    }

    private MqttClient newClient() {
        return MqttClient.create(
                vertx, new MqttClientOptions().setClientId("weather-1").setUsername(token));
    }

    void tick(long nowMs) {
        if (!client.isConnected()) {
            if (nowMs >= nextConnectMs) {
                nextConnectMs = nowMs + RECONNECT_MS;
                client = newClient();
                client.connect(target.mqttPort(), target.host());
            }
            return;
        }
        if (nowMs < nextMs) {
            return;
        }
        nextMs = nowMs + thing.periodMs();
        JsonObject values = new JsonObject();
        for (Measurement m : thing.measure(nowMs)) {
            if (m.value() instanceof Value.Number(double value)) {
                values.put(m.name(), value);
            }
        }
        JsonObject telemetry = new JsonObject().put("ts", nowMs).put("values", values);
        client.publish(TELEMETRY, telemetry.toBuffer(), MqttQoS.AT_LEAST_ONCE, false, false);
    }

    void close() {
        client.disconnect();
    }
}
