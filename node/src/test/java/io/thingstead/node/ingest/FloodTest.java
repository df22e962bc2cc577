package io.thingstead.node.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ingest.mqtt.MqttCounters;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A device that sends more than it may is slowed down, and nobody else is.
class FloodTest {
    private static final int BURST = 20;
    private static final int FLOOD = 120;
    private static final IngestLimits FEW = new IngestLimits(50, BURST, 1_000, 1_000);
    private static final String FRAMES = "v1/devices/me/frames";

    @TempDir
    Path folder;

    private SmallNode node;

    @BeforeEach
    void start() throws Exception {
        node = SmallNode.open(folder, MemberKeys.generate(), FEW);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private MqttClient connected(SigningDevice device, int port) throws Exception {
        MqttClient client = new MqttClient(port, MqttVersion.MQTT_5);
        assertThat(client.connect(device.id().value(), device.id().value(), device.password(node.nowMs())))
                .isZero();
        return client;
    }

    @Test
    void over_MQTT_its_messages_wait_in_its_own_socket_and_none_is_lost() throws Exception {
        MqttCounters counters = new MqttCounters(new SimpleMeterRegistry());
        SigningDevice flooding = node.device("flooding");
        SigningDevice other = node.device("other");
        try (MqttTransport mqtt = started(counters);
                MqttClient flood = connected(flooding, mqtt.port());
                MqttClient beside = connected(other, mqtt.port())) {
            for (int n = 1; n <= FLOOD; n++) {
                flood.send(MqttMessageBuilders.publish()
                        .messageId(n)
                        .topicName(FRAMES)
                        .qos(MqttQoS.AT_LEAST_ONCE)
                        .payload(Unpooled.wrappedBuffer(flooding.frame(n)))
                        .build());
            }
            for (int n = 1; n <= BURST / 2; n++) {
                assertThat(beside.publish(FRAMES, other.frame(n)).reason()).isZero();
            }
            assertThat(node.reader().find(flooding.id(), FLOOD))
                    .as("the flood's end")
                    .isEmpty();
            for (int n = 1; n <= FLOOD; n++) flood.await(MqttMessageType.PUBACK);
            assertThat(node.reader().find(flooding.id(), FLOOD)).isPresent();
            assertThat(counters.slowed()).isPositive();
        }
        assertThat(node.counters.accepted()).isEqualTo(FLOOD + BURST / 2);
    }

    private MqttTransport started(MqttCounters counters) {
        MqttTransport mqtt = new MqttTransport(
                new MqttSettings("127.0.0.1", 0, 1, 100, 100, MqttSettings.CONNECT_MILLIS),
                node.intake,
                node.reader(),
                counters);
        mqtt.start();
        return mqtt;
    }

    @Test
    void over_HTTP_it_is_told_to_come_again_later() throws Exception {
        SigningDevice flooding = node.device("flooding");
        SigningDevice other = node.device("other");
        try (HttpServer server = node.listenHttp();
                HttpClient http = HttpClient.newHttpClient()) {
            URI frames = URI.create("http://127.0.0.1:" + server.port() + "/v1/frames");
            HttpResponse<String> answer = post(http, frames, flooding.frame(1));
            long n = 1;
            while (answer.statusCode() == 200 && n < 100_000) answer = post(http, frames, flooding.frame(++n));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("\"busy\"");
            assertThat(post(http, frames, other.frame(1)).statusCode()).isEqualTo(200);
            while (answer.statusCode() == 503) answer = post(http, frames, flooding.frame(n));
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        assertThat(node.counters.refused(Refusal.BUSY)).isPositive();
    }

    private static HttpResponse<String> post(HttpClient http, URI frames, byte[] frame) throws Exception {
        return http.send(
                HttpRequest.newBuilder(frames)
                        .header("Content-Type", "application/cose")
                        .POST(BodyPublishers.ofByteArray(frame))
                        .build(),
                BodyHandlers.ofString());
    }
}
