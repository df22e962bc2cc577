package io.thingstead.node.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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

    private MqttClient open() throws Exception {
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
}
