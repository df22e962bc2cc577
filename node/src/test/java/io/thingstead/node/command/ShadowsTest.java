package io.thingstead.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ingest.IngestLimits;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is desired of a device and what it reports, to devices with keys and with tokens, over real MQTT.
class ShadowsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String COMMANDS = "v1/devices/me/commands";
    private static final String ATTRIBUTES = "v1/devices/me/attributes";
    private static final long AGAIN_MS = 600_000;

    @TempDir
    Path folder;

    private SmallNode node;
    private MqttTransport mqtt;

    @BeforeEach
    void up() throws Exception {
        node = SmallNode.open(folder.resolve("node"), MemberKeys.generate(), IngestLimits.STANDARD);
        mqtt = node.listenMqtt();
    }

    @AfterEach
    void down() {
        mqtt.close();
        node.close();
    }

    private static ObjectNode object(String json) throws Exception {
        return (ObjectNode) JSON.readTree(json);
    }

    private Shadows.Shadow desire(DeviceId device, String json) throws Exception {
        return node.shadows.desire(device, object(json)).orThrow();
    }

    private void reports(DeviceId device, long version, Map<String, Value> values) {
        node.reported.put(device, new Shadows.Reported(version, values));
    }

    private MqttClient connected(SigningDevice device) throws Exception {
        MqttClient client = new MqttClient(mqtt.port(), MqttVersion.MQTT_5);
        assertThat(client.connect("it", device.id().value(), device.password(node.nowMs())))
                .isZero();
        return client;
    }

    private MqttClient connected(String token) throws Exception {
        MqttClient client = new MqttClient(mqtt.port(), MqttVersion.MQTT_3_1_1);
        assertThat(client.connect("it", token, null)).isZero();
        return client;
    }

    private static JsonNode next(MqttClient client, String topic) throws Exception {
        var message = client.awaitMessage(topic);
        if (message.packetId() > 0) client.acknowledge(message);
        return JSON.readTree(message.payload());
    }

    @Test
    void what_is_desired_and_what_is_reported_differ_by_the_delta() throws Exception {
        DeviceId id = node.device("lock").id();
        assertThat(node.shadows.of(id).desiredVersion()).isZero();
        Shadows.Shadow first = desire(id, "{\"locked\":true,\"level\":4,\"mode\":\"eco\",\"more\":{\"a\":[1]}}");
        assertThat(first.desiredVersion()).isEqualTo(1);
        assertThat(first.delta()).isEqualTo(first.desired());
        reports(
                id,
                7,
                Map.of(
                        "locked", new Value.Flag(false),
                        "level", new Value.Number(4.0),
                        "more", new Value.Text("{\"a\":[1]}")));
        Shadows.Shadow now = desire(id, "{\"mode\":null,\"level\":4.0}");
        assertThat(now.desiredVersion()).isEqualTo(2);
        assertThat(now.reportedVersion()).isEqualTo(7);
        assertThat(now.delta()).isEqualTo(object("{\"locked\":true}"));
        assertThat(now.desired().has("mode")).isFalse();
        // The one before is over.
        assertThat(node.commands.open(id)).singleElement().satisfies(open -> {
            assertThat(open.command().name()).isEqualTo(Command.DESIRED);
            assertThat(JSON.readTree(open.command().params())).isEqualTo(now.desired());
        });
        CommandsTest.await(() -> node.commands.find(id, 1).orElseThrow().state().equals("expired"));
    }

    @Test
    void what_cannot_be_desired_is_refused_and_changes_nothing() throws Exception {
        DeviceId id = node.device("lock").id();
        desire(id, "{\"locked\":true}");
        ObjectNode many = JSON.createObjectNode();
        for (int i = 0; i < 65; i++) many.put("v" + i, i);
        for (ObjectNode bad : java.util.List.of(
                object("{\"a b\":1}"),
                object("{\"\":1}"),
                many,
                JSON.createObjectNode().put("a", "x".repeat(4_096)))) {
            assertThat(node.shadows.desire(id, bad))
                    .isInstanceOfSatisfying(
                            Result.No.class,
                            no -> assertThat(no.refused().code()).isEqualTo(Refusal.COMMAND_MALFORMED));
        }
        assertThat(node.commands.issue(id, "desired", "{}", 1_000).get()).isInstanceOf(Result.No.class);
        assertThat(node.shadows.of(id).desired()).isEqualTo(object("{\"locked\":true}"));
    }

    @Test
    void a_device_gets_what_is_desired_when_it_connects_and_again_when_it_went_another_way() throws Exception {
        SigningDevice lock = node.device("lock");
        desire(lock.id(), "{\"locked\":true}");
        try (MqttClient client = connected(lock)) {
            client.subscribe(COMMANDS);
            var message = client.awaitMessage(COMMANDS);
            Command command = Command.decode(message.payload()).orThrow();
            assertThat(command.name()).isEqualTo("desired");
            client.acknowledge(message);
            client.publish("v1/devices/me/frames", CommandsTest.executed(node, lock, 1, command));
        }
        assertThat(node.commands.find(lock.id(), 1).orElseThrow().state()).isEqualTo("executed");
        // Somebody turned it by hand.
        reports(lock.id(), 2, Map.of("locked", new Value.Flag(false)));
        node.clockAheadMs.set(AGAIN_MS + 1);
        try (MqttClient client = connected(lock)) {
            client.subscribe(COMMANDS);
            Command again =
                    Command.decode(client.awaitMessage(COMMANDS).payload()).orThrow();
            assertThat(again.number()).isEqualTo(2);
            assertThat(again.params()).isEqualTo("{\"locked\":true}");
        }
        assertThat(node.shadows.of(lock.id()).desiredVersion()).isEqualTo(2);
        assertThat(node.shadows.of(lock.id()).desired()).isEqualTo(object("{\"locked\":true}"));
    }

    @Test
    void a_token_device_has_attributes_as_thingsboard_has_them() throws Exception {
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        desire(valve, "{\"opening\":40,\"mode\":\"eco\"}");
        reports(valve, 3, Map.of("mode", new Value.Text("eco"), "fw", new Value.Text("1.2")));
        try (MqttClient client = connected(token)) {
            assertThat(client.subscribe(ATTRIBUTES + "/response/+")).isZero();
            assertThat(client.subscribe("v1/devices/me/rpc/response/+")).isZero();
            assertThat(client.subscribe(ATTRIBUTES)).isEqualTo(1);
            assertThat(next(client, ATTRIBUTES)).isEqualTo(object("{\"opening\":40}"));
        }
        try (MqttClient client = connected(token)) {
            client.subscribe(ATTRIBUTES + "/response/+");
            assertThat(ask(client, 17, "{\"clientKeys\":\"fw,none,fw\",\"sharedKeys\":\"opening\"}"))
                    .isEqualTo(object("{\"client\":{\"fw\":\"1.2\"},\"shared\":{\"opening\":40}}"));
            assertThat(ask(client, 18, "{\"sharedKeys\":\"mode,opening\"}"))
                    .isEqualTo(object("{\"shared\":{\"opening\":40,\"mode\":\"eco\"}}"));
            assertThat(ask(client, 19, "{}"))
                    .isEqualTo(object("{\"client\":{\"fw\":\"1.2\",\"mode\":\"eco\"},"
                            + "\"shared\":{\"opening\":40,\"mode\":\"eco\"}}"));
            client.subscribe(ATTRIBUTES);
            assertThat(next(client, ATTRIBUTES)).isEqualTo(object("{\"opening\":40}"));
            desire(valve, "{\"opening\":55}");
            assertThat(next(client, ATTRIBUTES)).isEqualTo(object("{\"opening\":55,\"mode\":\"eco\"}"));
            // Its own attributes are readings that the member attests.
            long before = node.reader().size();
            client.publish(ATTRIBUTES, "{\"fw\":\"1.3\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(node.reader().size()).isGreaterThan(before);
        }
    }

    /// The answer comes before the PUBACK, and is not to be lost with what comes before that.
    private static JsonNode ask(MqttClient client, int id, String question) throws Exception {
        client.send(MqttMessageBuilders.publish()
                .topicName(ATTRIBUTES + "/request/" + id)
                .qos(MqttQoS.AT_MOST_ONCE)
                .payload(Unpooled.wrappedBuffer(question.getBytes(StandardCharsets.UTF_8)))
                .build());
        return next(client, ATTRIBUTES + "/response/" + id);
    }

    @Test
    void what_is_no_question_is_refused() throws Exception {
        String token = node.tokenDevice("valve");
        try (MqttClient client = connected(token)) {
            client.subscribeReceipts();
            client.publish(ATTRIBUTES + "/request/1", "[]".getBytes(StandardCharsets.UTF_8));
            client.awaitReceipt("{\"refused\":\"telemetry.malformed\"");
            client.publish(ATTRIBUTES + "/request/1", new byte[20_000]);
            client.awaitReceipt("{\"refused\":\"telemetry.malformed\"");
            client.publish(ATTRIBUTES + "/request/x", "{}".getBytes(StandardCharsets.UTF_8));
            client.awaitReceipt("{\"refused\":\"topic.forbidden\"");
            client.publish("v1/devices/me/firmware", "{}".getBytes(StandardCharsets.UTF_8));
            client.awaitReceipt("{\"refused\":\"topic.forbidden\"");
        }
        SigningDevice lock = node.device("lock");
        try (MqttClient client = connected(lock)) {
            assertThat(client.subscribe(ATTRIBUTES)).isEqualTo(0x87);
            assertThat(client.publish(ATTRIBUTES, "{}".getBytes(StandardCharsets.UTF_8))
                            .text())
                    .startsWith("topic.forbidden");
        }
    }

    @Test
    void hostile_answers_and_questions_get_an_answer_and_never_an_exception() throws Exception {
        Random random = Seeded.random(ShadowsTest.class);
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        node.commands.issue(valve, "open", "1", 600_000).get();
        byte[] answer = "{\"open\":[1,2.5e3,{\"a\":null}],\"error\":\"\\u00e9\"}".getBytes(StandardCharsets.UTF_8);
        byte[] question = "{\"clientKeys\":\"fw,a\",\"sharedKeys\":\"opening\"}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            assertThat(node.intake.answers().check(Mutations.of(answer, random), valve, "1"))
                    .isNotNull();
        }
        try (MqttClient client = connected(token)) {
            client.subscribe(ATTRIBUTES + "/response/+");
            for (int i = 0; i < 2_000; i++) {
                client.send(MqttMessageBuilders.publish()
                        .topicName(ATTRIBUTES + "/request/" + i)
                        .qos(MqttQoS.AT_MOST_ONCE)
                        .payload(Unpooled.wrappedBuffer(Mutations.of(question, random)))
                        .build());
            }
            assertThat(ask(client, 1_000_000, "{}").has("client")).isTrue();
        }
    }
}
