package io.thingstead.node.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.Receipt;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.TransportCompliance;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The MQTT endpoint, in each version of the protocol: what every transport owes, and what is MQTT's own.
abstract class MqttCompliance extends TransportCompliance {
    private static final String FRAMES = "v1/devices/me/frames";
    private static final String TELEMETRY = "v1/devices/me/telemetry";
    private static final int ACCEPTED_CODE = 0;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MqttCounters counters = new MqttCounters(meters);
    private MqttTransport transport;

    protected abstract MqttVersion version();

    @Override
    protected void start() {
        transport = new MqttTransport(
                new MqttSettings("127.0.0.1", 0, 2, 100, 100, MqttSettings.CONNECT_MILLIS),
                node.intake,
                node.reader(),
                counters);
        transport.start();
    }

    @Override
    protected void stop() {
        transport.close();
    }

    MqttClient open() throws Exception {
        return new MqttClient(transport.port(), version());
    }

    private int tryToConnect(@Nullable String user, @Nullable String password) throws Exception {
        try (MqttClient client = open()) {
            return client.connect("trying", user, password);
        }
    }

    private MqttClient connected(@Nullable String user, @Nullable String password) throws Exception {
        MqttClient client = open();
        assertThat(client.connect("client-of-" + user, user, password)).isEqualTo(ACCEPTED_CODE);
        client.subscribeReceipts();
        return client;
    }

    private MqttClient connected(SigningDevice device) throws Exception {
        return connected(device.id().value(), device.password(node.nowMs()));
    }

    /// What one publication was answered, wherever this version says it.
    private Reply publish(MqttClient client, String topic, byte[] payload) throws Exception {
        int before = client.receipts().size();
        MqttClient.PubAck ack = client.publish(topic, payload);
        List<String> heard = new ArrayList<>();
        for (String notice : client.receipts().subList(before, client.receipts().size())) {
            JsonNode refused = new JsonMapper().readTree(notice).get("refused");
            if (refused == null) continue;
            heard.add(refused.textValue());
            assertThat(new JsonMapper().readTree(notice).get("packet").intValue())
                    .isEqualTo(ack.packetId());
        }
        if (version() == MqttVersion.MQTT_5) {
            String code = ack.reason() == 0
                    ? null
                    : ack.text().substring(0, ack.text().indexOf(':'));
            assertThat(heard).isEqualTo(code == null ? List.of() : List.of(code));
        }
        return heard.isEmpty() ? ACCEPTED : new Reply.Refused(heard.getFirst());
    }

    private Client on(MqttClient client, String topic) {
        return new Client() {
            @Override
            public Reply send(byte[] message) throws Exception {
                return publish(client, topic, message);
            }

            @Override
            public void close() throws Exception {
                client.close();
            }
        };
    }

    @Override
    protected Client connect(SigningDevice device) throws Exception {
        return on(connected(device), FRAMES);
    }

    @Override
    protected Client connect(String token) throws Exception {
        return on(connected(token, null), TELEMETRY);
    }

    @Test
    void without_a_name_each_frame_speaks_for_itself() throws Exception {
        SigningDevice device = node.device("box");
        try (MqttClient client = connected(null, null)) {
            assertThat(publish(client, FRAMES, device.frame(1))).isEqualTo(ACCEPTED);
            assertThat(publish(client, FRAMES, device.signer().withoutKid().sign(2, SigningDevice.payload(20))))
                    .isEqualTo(new Reply.Refused("connect.required"));
        }
    }

    @Test
    void on_a_proven_connection_a_frame_needs_no_kid_and_another_devices_frame_is_foreign() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice other = node.device("neighbour");
        try (MqttClient client = connected(device)) {
            assertThat(publish(client, FRAMES, device.signer().withoutKid().sign(1, SigningDevice.payload(20))))
                    .isEqualTo(ACCEPTED);
            assertThat(publish(client, FRAMES, other.frame(1))).isEqualTo(new Reply.Refused("key.foreign"));
        }
    }

    @Test
    void a_challenge_proves_a_key_once() throws Exception {
        SigningDevice device = node.device("box");
        String password = device.password(node.challenges.issue());
        assertThat(tryToConnect(device.id().value(), password)).isEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(device.id().value(), password)).isNotEqualTo(ACCEPTED_CODE);
    }

    @Test
    void who_proves_nothing_is_not_let_in() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice imposter = SigningDevice.of("box", node.ledgerId, Algorithm.ED25519);
        String name = device.id().value();
        long now = node.nowMs();
        assertThat(tryToConnect(name, null)).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, "")).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, "AAAA")).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, "not base64 at all")).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, imposter.password(now))).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, device.password(now - 600_000))).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect(name, device.password(now + 600_000))).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect("acme:nobody", device.password(now))).isNotEqualTo(ACCEPTED_CODE);
        assertThat(tryToConnect("no-such-token-no-such-token", null)).isNotEqualTo(ACCEPTED_CODE);
        node.revoke(device);
        assertThat(tryToConnect(name, device.password(now))).isNotEqualTo(ACCEPTED_CODE);
        assertThat(counters.refusedConnects(Refusal.CONNECT_INVALID)).isPositive();
        assertThat(counters.refusedConnects(Refusal.CONNECT_STALE)).isEqualTo(2);
        assertThat(counters.refusedConnects(Refusal.TOKEN_INVALID)).isPositive();
    }

    @Test
    void other_topics_are_forbidden() throws Exception {
        SigningDevice device = node.device("box");
        String token = node.tokenDevice("sensor");
        try (MqttClient client = connected(device)) {
            for (String topic : List.of(
                    "v1/devices/acme:neighbour/frames",
                    "v1/devices/me/receipts",
                    "v1/devices/me/frames/",
                    "V1/devices/me/frames",
                    "$SYS/broker",
                    TELEMETRY)) {
                assertThat(publish(client, topic, device.frame(1))).isEqualTo(new Reply.Refused("topic.forbidden"));
            }
            assertThat(publish(client, FRAMES, device.frame(1))).isEqualTo(ACCEPTED);
        }
        try (MqttClient client = connected(token, null)) {
            assertThat(publish(client, FRAMES, device.frame(2))).isEqualTo(new Reply.Refused("topic.forbidden"));
        }
        assertThat(node.counters.refused(Refusal.TOPIC_FORBIDDEN)).isEqualTo(7);
    }

    @Test
    void a_receipt_proves_the_frame_under_a_checkpoint_that_the_log_signed() throws Exception {
        SigningDevice device = node.device("box");
        byte[] frame = device.frame(1);
        byte[] other = device.frame(1, 99);
        try (MqttClient client = connected(device)) {
            assertThat(publish(client, FRAMES, frame)).isEqualTo(ACCEPTED);
            JsonNode json = new JsonMapper().readTree(client.awaitReceipt("{\"device\""));
            assertThat(DeviceId.of(json.get("device").textValue())).isEqualTo(device.id());
            assertThat(json.get("n").longValue()).isEqualTo(1);
            List<byte[]> path = new ArrayList<>();
            json.get("proof").forEach(hash -> path.add(Base64.getUrlDecoder().decode(hash.textValue())));
            Receipt receipt = new Receipt(
                    json.get("index").longValue(),
                    json.get("receivedMs").longValue(),
                    Base64.getUrlDecoder().decode(json.get("salt").textValue()),
                    json.get("checkpoint").textValue(),
                    path);
            var logKey = node.keys.of(KeyRole.LOG).key();
            assertThat(receipt.covers(frame, node.reader().origin(), logKey)).isTrue();
            assertThat(receipt.covers(other, node.reader().origin(), logKey)).isFalse();
            assertThat(receipt.covers(frame, "another.example/1", logKey)).isFalse();
            assertThat(receipt.covers(
                            frame, node.reader().origin(), device.key().key()))
                    .isFalse();
        }
    }

    @Test
    void a_second_connection_of_the_same_client_takes_over() throws Exception {
        SigningDevice device = node.device("box");
        try (MqttClient first = connected(device);
                MqttClient second = connected(device)) {
            Assertions.assertThatThrownBy(() -> {
                        while (true) first.receive();
                    })
                    .isInstanceOf(EOFException.class);
            assertThat(publish(second, FRAMES, device.frame(1))).isEqualTo(ACCEPTED);
        }
    }

    private int in5(int code5, int code3) {
        return version() == MqttVersion.MQTT_5 ? code5 : code3;
    }

    MqttMessageBuilders.ConnectBuilder hello() {
        return MqttMessageBuilders.connect()
                .protocolVersion(version())
                .clientId("trying")
                .cleanSession(true)
                .keepAlive(60);
    }

    private int told(MqttMessage connect) throws Exception {
        try (MqttClient client = open()) {
            return client.connect(connect);
        }
    }

    @Test
    void a_connection_is_refused_with_the_code_of_its_version() throws Exception {
        SigningDevice device = node.device("box");
        String name = device.id().value();
        assertThat(tryToConnect(name, "AAAA")).isEqualTo(in5(0x86, 4));
        assertThat(tryToConnect("no-such-token-no-such-token", null)).isEqualTo(in5(0x86, 4));
        assertThat(tryToConnect("acme:nobody", "AAAA")).isEqualTo(in5(0x87, 5));
        assertThat(tryToConnect("other:box", "AAAA")).isEqualTo(in5(0x87, 5));
        assertThat(told(hello().willFlag(true)
                        .willTopic(FRAMES)
                        .willMessage(new byte[1])
                        .build()))
                .isEqualTo(in5(0x87, 5));
        assertThat(told(hello().clientId("x".repeat(300)).build())).isEqualTo(in5(0x85, 2));
        assertThat(told(hello().protocolVersion(MqttVersion.MQTT_3_1).build())).isEqualTo(1);
        assertThat(counters.refusedConnects(Refusal.TOPIC_FORBIDDEN)).isEqualTo(1);
        assertThat(counters.malformed()).isEqualTo(1);
    }

    @Test
    void a_device_hears_its_own_receipts_and_nothing_else() throws Exception {
        SigningDevice device = node.device("box");
        try (MqttClient client = connected(device)) {
            assertThat(client.subscribe("v1/devices/me/receipts")).isEqualTo(0);
            assertThat(client.subscribe("v1/devices/acme:neighbour/receipts")).isEqualTo(in5(0x87, 0x80));
            assertThat(client.subscribe(FRAMES)).isEqualTo(in5(0x87, 0x80));
            assertThat(client.subscribe("$SYS/uptime")).isEqualTo(in5(0x87, 0x80));
            assertThat(client.subscribe("v1/devices/+/receipts")).isEqualTo(in5(0xA2, 0x80));
            assertThat(client.subscribe("#")).isEqualTo(in5(0xA2, 0x80));
            assertThat(client.subscribe("$share/all/v1/devices/me/receipts")).isEqualTo(in5(0x9E, 0x80));
            // Another device's frame is accepted on another connection: nothing of it comes here.
            SigningDevice neighbour = node.device("neighbour");
            try (MqttClient other = connected(neighbour)) {
                assertThat(publish(other, FRAMES, neighbour.frame(1))).isEqualTo(ACCEPTED);
                other.awaitReceipt("{\"device\":\"acme:neighbour\"");
            }
            assertThat(publish(client, FRAMES, device.frame(1))).isEqualTo(ACCEPTED);
            client.awaitReceipt("{\"device\":\"acme:box\"");
            assertThat(client.receipts()).isEmpty();
        }
        assertThat(counters.subscriptionsRefused()).isEqualTo(6);
    }

    /// OASIS MQTT 5.0 §3.2.2.3.5: a protocol error, since CONNACK has said so.
    @Test
    void a_message_that_is_to_be_retained_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        MqttMessage retained = MqttMessageBuilders.publish()
                .topicName(FRAMES)
                .qos(MqttQoS.AT_MOST_ONCE)
                .retained(true)
                .payload(Unpooled.wrappedBuffer(device.frame(1)))
                .build();
        try (MqttClient client = connected(device)) {
            client.send(retained);
            if (version() == MqttVersion.MQTT_5) {
                assertThat(reasonOf(client.await(MqttMessageType.DISCONNECT))).isEqualTo(0x9A);
            } else {
                client.awaitReceipt("{\"refused\":\"topic.forbidden\"");
                assertThat(publish(client, FRAMES, device.frame(1))).isEqualTo(ACCEPTED);
            }
        }
    }

    static int reasonOf(MqttMessage disconnect) {
        return ((MqttReasonCodeAndPropertiesVariableHeader) disconnect.variableHeader()).reasonCode() & 0xff;
    }

    @Test
    void nothing_is_acknowledged_that_is_refused_to_a_client_that_could_not_tell() throws Exception {
        String token = node.tokenDevice("sensor");
        try (MqttClient client = open()) {
            assertThat(client.connect("deaf", token, null)).isEqualTo(ACCEPTED_CODE);
            byte[] reading = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
            if (version() == MqttVersion.MQTT_5) {
                assertThat(client.publish("elsewhere", reading).reason()).isEqualTo(0x87);
                assertThat(client.publish(TELEMETRY, reading).reason()).isZero();
            } else {
                assertThatThrownBy(() -> client.publish("elsewhere", reading)).isInstanceOf(EOFException.class);
            }
        }
        // As a client that came back without its name: it is let in, and what it says is not taken.
        try (MqttClient client = open()) {
            assertThat(client.connect("deaf", null, null)).isEqualTo(ACCEPTED_CODE);
            byte[] reading = "{\"a\": 2}".getBytes(StandardCharsets.UTF_8);
            if (version() == MqttVersion.MQTT_5) {
                assertThat(client.publish(TELEMETRY, reading).reason()).isEqualTo(0x87);
            } else {
                assertThatThrownBy(() -> client.publish(TELEMETRY, reading)).isInstanceOf(EOFException.class);
            }
        }
    }

    /// What a client does that has lost track, with the code that MQTT 5 has for it.
    @Test
    void what_breaks_the_protocol_ends_its_own_connection_only() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice other = node.device("neighbour");
        byte[] alias = {0x30, 10, 0, 1, 'a', 3, 0x23, 0, 1, 'x', 'y', 'z'};
        byte[] huge = {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
        byte[] subscribeToNothing = version() == MqttVersion.MQTT_5
                ? new byte[] {(byte) 0x82, 3, 0, 1, 0}
                : new byte[] {(byte) 0x82, 2, 0, 1};
        byte[] connect = version() == MqttVersion.MQTT_5
                ? new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 0}
                : new byte[] {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 0};
        byte[] connAck = version() == MqttVersion.MQTT_5 ? new byte[] {0x20, 3, 0, 0, 0} : new byte[] {0x20, 2, 0, 0};
        byte[] reserved = {(byte) 0x61, 2, 0, 1};
        Map<Integer, byte[]> ways = new TreeMap<>(Map.of(0x82, connect, 0x95, huge, 0x81, reserved));
        if (version() == MqttVersion.MQTT_5) ways.put(0x94, alias);
        try (MqttClient beside = connected(other)) {
            for (var way : ways.entrySet()) {
                assertThat(ended(device, way.getValue())).isEqualTo(in5(way.getKey(), -1));
            }
            assertThat(ended(device, subscribeToNothing)).isIn(in5(0x82, -1), in5(0x81, -1));
            assertThat(ended(device, connAck)).isIn(in5(0x82, -1), in5(0x81, -1));
            assertThat(publish(beside, FRAMES, other.frame(1))).isEqualTo(ACCEPTED);
        }
        assertThat(counters.malformed()).isGreaterThanOrEqualTo(4);
    }

    /// The code of the DISCONNECT that these bytes cause, -1 when the connection is closed without one.
    private int ended(SigningDevice device, byte[] bytes) throws Exception {
        try (MqttClient client = connected(device)) {
            client.write(bytes);
            int code = -1;
            while (true) {
                MqttMessage message = client.receive();
                if (message.fixedHeader().messageType() == MqttMessageType.DISCONNECT) {
                    code = reasonOf(message);
                }
                try {
                    client.receive();
                } catch (EOFException e) {
                    return code;
                }
            }
        } catch (EOFException e) {
            return -1;
        }
    }

    /// QoS 2 (OASIS MQTT 5.0 §4.3.3): a message that is sent again before its PUBREL is no second message.
    @Test
    void with_QoS_2_a_message_is_taken_once() throws Exception {
        SigningDevice device = node.device("box");
        try (MqttClient client = connected(device)) {
            for (int times = 0; times < 3; times++) {
                client.send(MqttMessageBuilders.publish()
                        .messageId(77)
                        .topicName(FRAMES)
                        .qos(MqttQoS.EXACTLY_ONCE)
                        .payload(Unpooled.wrappedBuffer(device.frame(1)))
                        .build());
                assertThat(client.await(MqttMessageType.PUBREC)).isNotNull();
            }
            client.write(new byte[] {0x62, 2, 0, 77});
            client.await(MqttMessageType.PUBCOMP);
        }
        assertThat(node.counters.accepted()).isEqualTo(1);
        assertThat(node.counters.duplicates()).isZero();
    }
}
