package io.thingstead.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.device.CommandMark;
import io.thingstead.kit.device.CommandTaker;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.MqttLink;
import io.thingstead.kit.device.Receipts;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ingest.IngestLimits;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.thingstead.node.log.Log;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands from the member to a device and back, over real MQTT and through the real log.
class CommandsTest {
    private static final long PATIENCE_MS = 60_000;
    private static final String COMMANDS = "v1/devices/me/commands";
    private static final String FRAMES = "v1/devices/me/frames";
    private static final String RPC = "v1/devices/me/rpc/request/";

    @TempDir
    Path folder;

    private final MemberKeys keys = MemberKeys.generate();
    private final List<String> executed = new ArrayList<>();
    private SmallNode node;
    private MqttTransport mqtt;

    @BeforeEach
    void up() throws Exception {
        node = SmallNode.open(folder.resolve("node"), keys, IngestLimits.STANDARD);
        mqtt = node.listenMqtt();
    }

    @AfterEach
    void down() {
        mqtt.close();
        node.close();
    }

    private CommandRecord issue(DeviceId device, String name, String params, long lifeMs) throws Exception {
        return node.commands
                .issue(device, name, params, lifeMs)
                .get(30, TimeUnit.SECONDS)
                .orThrow();
    }

    private CommandRecord issue(DeviceId device, String name) throws Exception {
        return issue(device, name, "true", 60_000);
    }

    private String state(DeviceId device, long number) {
        return node.commands.find(device, number).orElseThrow().state();
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long until = System.currentTimeMillis() + PATIENCE_MS;
        while (!condition.call()) {
            assertThat(System.currentTimeMillis()).as("in time").isLessThan(until);
            Thread.sleep(5);
        }
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

    static byte[] executed(SmallNode node, SigningDevice device, long n, Command command) {
        return receipt(node, device, n, command, CommandOutcome.EXECUTED);
    }

    private byte[] receipt(SigningDevice device, long n, Command command, CommandOutcome outcome) {
        return receipt(node, device, n, command, outcome);
    }

    private static byte[] receipt(
            SmallNode node, SigningDevice device, long n, Command command, CommandOutcome outcome) {
        return receipt(node, device, n, command, outcome, "true");
    }

    private static byte[] receipt(
            SmallNode node, SigningDevice device, long n, Command command, CommandOutcome outcome, String result) {
        byte[] identity =
                command.identity(node.ledgerId, node.keys.of(KeyRole.NODE).key());
        return device.signer()
                .sign(n, new CommandReceipt(command.number(), outcome, node.nowMs(), identity, result).encode());
    }

    @Test
    void the_java_kit_executes_a_command_and_its_signed_receipt_stands_in_the_log() throws Exception {
        SigningDevice lock = node.device("lock");
        Vertx vertx = Vertx.vertx();
        // Issued while the device is away: the member's own store keeps it.
        CommandRecord issued = issue(lock.id(), "lock");
        assertThat(issued.state()).isEqualTo("queued");
        assertThat(node.reader().leaf(issued.queued().index()).orElseThrow().kind())
                .isEqualTo(2);
        try (FrameBuffer buffer = FrameBuffer.open(folder.resolve("frames"), 1 << 20)) {
            var taker = new CommandTaker(
                    node.ledgerId,
                    lock.id(),
                    List.of(keys.of(KeyRole.NODE).key()),
                    CommandMark.open(folder.resolve("mark")),
                    command -> {
                        executed.add(command.name() + " " + command.params());
                        return CommandTaker.Answer.executed("{\"locked\":true}");
                    },
                    refused -> executed.add("foreign " + refused));
            Device device = new Device(lock.signer(), buffer, Device.Order.OLDEST_FIRST, new Device.Listener() {});
            device.answer(taker);
            MqttLink link = MqttLink.connect(
                            vertx,
                            "127.0.0.1",
                            mqtt.port(),
                            "kit",
                            lock.id(),
                            node.ledgerId,
                            lock.key(),
                            node.nowMs(),
                            Receipts.IGNORED,
                            taker::received)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            CommandRecord second = issue(lock.id(), "unlock", "{\"door\":2}", 60_000);
            await(() -> {
                device.pump(link, System.currentTimeMillis());
                return node.commands.open(lock.id()).isEmpty();
            });
            assertThat(executed).containsExactly("lock true", "unlock {\"door\":2}");
            for (long number : List.of(1L, second.command().number())) {
                await(() -> node.commands
                                .find(lock.id(), number)
                                .orElseThrow()
                                .steps()
                                .size()
                        == 2);
                CommandRecord done = node.commands.find(lock.id(), number).orElseThrow();
                assertThat(done.state()).isEqualTo("executed");
                assertThat(done.steps()).anySatisfy(step -> {
                    assertThat(step.outcome()).isEqualTo(CommandOutcome.EXECUTED);
                    assertThat(step.trust()).isEqualTo(TrustLevel.DEVICE_SIGNED);
                    assertThat(step.result()).isEqualTo("{\"locked\":true}");
                    assertThat(node.reader()
                                    .leaf(step.place().index())
                                    .orElseThrow()
                                    .kind())
                            .isEqualTo(3);
                });
                assertThat(done.steps()).anySatisfy(step -> {
                    assertThat(step.outcome()).isEqualTo(CommandOutcome.DELIVERED);
                    assertThat(step.trust()).isEqualTo(TrustLevel.MEMBER_ATTESTED);
                });
            }
            // The commands do not pass for something that the device said.
            assertThat(node.reader().streams(lock.id())).noneMatch(stream -> stream.isCommands());
            link.disconnect();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void what_has_no_last_word_is_handed_over_again_on_the_next_connection_and_after_a_restart() throws Exception {
        SigningDevice lock = node.device("lock");
        issue(lock.id(), "one");
        issue(lock.id(), "two");
        try (MqttClient client = connected(lock)) {
            assertThat(client.subscribe(COMMANDS)).isEqualTo(1);
            var first = client.awaitMessage(COMMANDS);
            client.acknowledge(first);
            await(() -> state(lock.id(), 1).equals("delivered"));
            assertThat(state(lock.id(), 2)).isEqualTo("queued");
        }
        mqtt.close();
        node.close();
        up();
        assertThat(state(lock.id(), 1)).isEqualTo("delivered");
        try (MqttClient client = connected(lock)) {
            client.subscribe(COMMANDS);
            var messages = List.of(client.awaitMessage(COMMANDS), client.awaitMessage(COMMANDS));
            for (var message : messages) {
                Command command = Command.decode(message.payload()).orThrow();
                assertThat(command.name()).isEqualTo(message == messages.getFirst() ? "one" : "two");
                assertThat(command.isSignedBy(
                                node.ledgerId, keys.of(KeyRole.NODE).key()))
                        .isTrue();
                client.acknowledge(message);
                assertThat(client.publish(FRAMES, receipt(lock, command.number(), command, CommandOutcome.EXECUTED))
                                .reason())
                        .isZero();
                assertThat(state(lock.id(), command.number())).isEqualTo("executed");
            }
            assertThat(issue(lock.id(), "three").command().number()).isEqualTo(3);
        }
        mqtt.close();
        node.close();
        up();
        assertThat(node.commands.open(lock.id()))
                .singleElement()
                .satisfies(open -> assertThat(open.command().name()).isEqualTo("three"));
    }

    @Test
    void a_receipt_for_what_was_not_asked_is_refused() throws Exception {
        SigningDevice lock = node.device("lock");
        SigningDevice other = node.device("other");
        Command command = issue(lock.id(), "lock").command();
        Command forged = Command.sign(node.ledgerId, keys.of(KeyRole.NODE), lock.id(), 1, "unlock", "true", 1, 2);
        try (MqttClient client = connected(lock)) {
            client.subscribeReceipts();
            assertThat(client.publish(FRAMES, receipt(lock, 1, forged, CommandOutcome.EXECUTED))
                            .text())
                    .startsWith("command.unknown: ");
            // A device commands nobody, with whatever key.
            assertThat(client.publish(
                                    FRAMES,
                                    lock.signer().sign(1, command.envelope().payload()))
                            .text())
                    .startsWith("frame.payload: ");
        }
        try (MqttClient client = connected(other)) {
            assertThat(client.publish(FRAMES, receipt(other, 1, command, CommandOutcome.EXECUTED))
                            .text())
                    .startsWith("command.unknown: ");
        }
        assertThat(state(lock.id(), 1)).isEqualTo("queued");
    }

    @Test
    void a_receipt_whose_result_is_more_or_less_than_one_JSON_text_is_refused() throws Exception {
        SigningDevice lock = node.device("lock");
        Command command = issue(lock.id(), "lock").command();
        try (MqttClient client = connected(lock)) {
            client.subscribeReceipts();
            for (String forged : List.of(
                    "1,\"anchored\":true}]},{\"device\":\"home:lock-1\",\"number\":1,\"name\":\"unlock\"",
                    "1\n\nevent: tick",
                    "NaN",
                    "[".repeat(17) + "]".repeat(17)))
                assertThat(client.publish(FRAMES, receipt(node, lock, 1, command, CommandOutcome.EXECUTED, forged))
                                .text())
                        .startsWith("command.malformed: ");
            assertThat(state(lock.id(), 1)).isEqualTo("queued");
            assertThat(client.publish(FRAMES, receipt(node, lock, 1, command, CommandOutcome.EXECUTED, "[1,\n2]"))
                            .reason())
                    .isZero();
        }
        assertThat(state(lock.id(), 1)).isEqualTo("executed");
    }

    @Test
    void who_is_not_the_device_hears_of_no_command() throws Exception {
        SigningDevice lock = node.device("lock");
        String token = node.tokenDevice("plain");
        try (MqttClient anyone = new MqttClient(mqtt.port(), MqttVersion.MQTT_5);
                MqttClient plain = connected(token);
                MqttClient device = connected(lock)) {
            assertThat(anyone.connect("x", null, null)).isZero();
            assertThat(anyone.subscribe(COMMANDS)).isEqualTo(0x87);
            assertThat(plain.subscribe(COMMANDS)).isEqualTo(0x80);
            assertThat(device.subscribe(RPC + "+")).isEqualTo(0xA2);
        }
    }

    @Test
    void a_command_nobody_took_expires_and_a_device_that_did_it_in_time_is_believed_later() throws Exception {
        SigningDevice lock = node.device("lock");
        Command command = issue(lock.id(), "lock", "true", 300).command();
        await(() -> state(lock.id(), 1).equals("expired"));
        assertThat(node.commands.open(lock.id())).isEmpty();
        try (MqttClient client = connected(lock)) {
            assertThat(client.publish(FRAMES, receipt(lock, 1, command, CommandOutcome.EXECUTED))
                            .reason())
                    .isZero();
        }
        assertThat(state(lock.id(), 1)).isEqualTo("executed");
        assertThat(node.commands.find(lock.id(), 1).orElseThrow().steps())
                .extracting(CommandRecord.Step::outcome)
                .containsExactly(CommandOutcome.EXPIRED, CommandOutcome.EXECUTED);
    }

    @Test
    void a_device_has_so_many_commands_open_and_no_more() throws Exception {
        SigningDevice lock = node.device("lock");
        for (int i = 0; i < Commands.MOST_OPEN; i++) issue(lock.id(), "lock", "" + i, 60_000);
        refused(lock.id(), "lock", "true", 60_000, Refusal.COMMAND_FULL);
        Command first = node.commands.open(lock.id()).getFirst().command();
        try (MqttClient client = connected(lock)) {
            client.publish(FRAMES, receipt(lock, 1, first, CommandOutcome.REFUSED));
        }
        assertThat(issue(lock.id(), "lock").command().number()).isEqualTo(Commands.MOST_OPEN + 1);
        refused(node.device("b").id(), "a name", "true", 60_000, Refusal.COMMAND_MALFORMED);
        refused(lock.id(), "lock", "x".repeat(4_097), 60_000, Refusal.COMMAND_MALFORMED);
        refused(lock.id(), "lock", "true", 30L * 24 * 3_600_000 + 1, Refusal.COMMAND_MALFORMED);
        refused(DeviceId.of("acme:nobody"), "lock", "true", 60_000, Refusal.DEVICE_UNKNOWN);
    }

    private void refused(DeviceId device, String name, String params, long lifeMs, Refusal code) throws Exception {
        assertThat(node.commands.issue(device, name, params, lifeMs).get(30, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Result.No.class, no -> assertThat(no.refused().code()).isEqualTo(code));
    }

    @Test
    void a_log_that_takes_nothing_gives_the_number_to_the_next_command() throws Exception {
        SigningDevice lock = node.device("lock");
        issue(lock.id(), "one");
        node.decline(Refusal.BUSY, 1);
        refused(lock.id(), "two", "true", 60_000, Refusal.BUSY);
        assertThat(issue(lock.id(), "three").command().number()).isEqualTo(2);
        assertThat(node.commands.open(lock.id())).hasSize(2);
    }

    @Test
    void a_token_device_gets_thingsboards_json_once_and_the_member_attests_its_answer() throws Exception {
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        issue(valve, "open", "{\"percent\":40}", 60_000);
        try (MqttClient client = connected(token)) {
            assertThat(client.subscribe(RPC + "+")).isEqualTo(1);
            var request = client.awaitMessage(RPC);
            assertThat(request.topic()).isEqualTo(RPC + "1");
            assertThat(new JsonMapper().readTree(request.payload()))
                    .isEqualTo(new JsonMapper().readTree("{\"method\":\"open\",\"params\":{\"percent\":40}}"));
            client.acknowledge(request);
            await(() -> state(valve, 1).equals("delivered"));
        }
        // It has it: it cannot tell by itself that it is the same one.
        issue(valve, "close");
        try (MqttClient client = connected(token)) {
            client.subscribe(RPC + "+");
            var request = client.awaitMessage(RPC);
            assertThat(request.topic()).isEqualTo(RPC + "2");
            client.subscribeReceipts();
            client.publish("v1/devices/me/rpc/response/2", "{\"error\":\"stuck\"}".getBytes());
            client.publish("v1/devices/me/rpc/response/1", "{ \"open\" : 40 }".getBytes());
            client.publish("v1/devices/me/rpc/response/1", "{}".getBytes());
            assertThat(client.awaitReceipt("{\"refused\":\"command.unknown\"")).isNotEmpty();
            client.publish("v1/devices/me/rpc/response/-1", "{}".getBytes());
            assertThat(client.awaitReceipt("{\"refused\":\"command.unknown\"")).isNotEmpty();
        }
        assertThat(state(valve, 1)).isEqualTo("executed");
        assertThat(state(valve, 2)).isEqualTo("failed");
        assertThat(node.commands.find(valve, 1).orElseThrow().steps()).anySatisfy(step -> {
            assertThat(step.trust()).isEqualTo(TrustLevel.MEMBER_ATTESTED);
            assertThat(step.result()).isEqualTo("{\"open\":40}");
        });
    }

    @Test
    void a_client_gets_no_more_at_once_than_it_takes() throws Exception {
        SigningDevice lock = node.device("lock");
        for (int i = 0; i < 3; i++) issue(lock.id(), "lock", "" + i, 60_000);
        try (MqttClient client = new MqttClient(mqtt.port(), MqttVersion.MQTT_5)) {
            var properties = new io.netty.handler.codec.mqtt.MqttProperties();
            properties.add(new io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty(33, 1)); // receive maximum
            assertThat(client.connect(io.netty.handler.codec.mqtt.MqttMessageBuilders.connect()
                            .protocolVersion(MqttVersion.MQTT_5)
                            .clientId("small")
                            .cleanSession(true)
                            .keepAlive(60)
                            .hasUser(true)
                            .username(lock.id().value())
                            .hasPassword(true)
                            .password(lock.password(node.nowMs()).getBytes())
                            .properties(properties)
                            .build()))
                    .isZero();
            client.subscribe(COMMANDS);
            for (int i = 0; i < 3; i++) {
                var message = client.awaitMessage(COMMANDS);
                assertThat(Command.decode(message.payload()).orThrow().params()).isEqualTo("" + i);
                // Nothing comes before this one is acknowledged: a PING is answered first.
                client.send(io.netty.handler.codec.mqtt.MqttMessage.PINGREQ);
                assertThat(client.receive().fixedHeader().messageType())
                        .isEqualTo(io.netty.handler.codec.mqtt.MqttMessageType.PINGRESP);
                client.acknowledge(message);
            }
        }
    }

    @Test
    void in_a_log_that_follows_another_numbers_begin_above_all_that_a_lost_one_may_have_given() throws Exception {
        SigningDevice lock = node.device("lock");
        issue(lock.id(), "one");
        var next = Log.read(new LogId(SmallNode.MEMBER, 2), "acme.example/00000000/2", node.store);
        try (Commands later = new Commands(
                node.ledgerId,
                node.ledger.reader(),
                keys.of(KeyRole.NODE),
                node.store,
                List.of(node.reader(), next),
                node.log.sequencer()::submit,
                (_, _, _, _) -> {},
                node::nowMs)) {
            var issued = later.issue(lock.id(), "two", "true", 60_000).get(30, TimeUnit.SECONDS);
            assertThat(issued.orThrow().command().number()).isEqualTo(1_000_001);
        }
    }

    @Test
    void a_device_that_asks_over_HTTP_gets_its_signed_commands_as_they_come() throws Exception {
        SigningDevice lock = node.device("lock");
        SigningDevice other = node.device("other");
        try (HttpServer server = node.listenHttp();
                HttpClient http = HttpClient.newHttpClient()) {
            String url = "http://127.0.0.1:" + server.port() + "/v1/devices/" + lock.id() + "/commands?timeout=";
            var waiting = http.sendAsync(asking(url + 60_000, lock), HttpResponse.BodyHandlers.ofByteArray());
            issue(lock.id(), "one");
            byte[] first = waiting.get(60, TimeUnit.SECONDS).body();
            assertThat(Command.decode(first)
                            .orThrow()
                            .isSignedBy(node.ledgerId, keys.of(KeyRole.NODE).key()))
                    .isTrue();
            await(() -> state(lock.id(), 1).equals("delivered"));
            issue(lock.id(), "two");
            var both = http.send(asking(url + 0, lock), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(both.headers().firstValue("Content-Type")).hasValue("application/cbor-seq");
            assertThat(both.body().length).isGreaterThan(first.length);
            var after = http.send(asking(url + "0&after=1", lock), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(Command.decode(after.body()).orThrow().name()).isEqualTo("two");
            assertThat(http.send(asking(url + "0&after=2", lock), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
            for (var foreign : List.of(
                    asking(url + 0, other),
                    HttpRequest.newBuilder(URI.create(url + 0)).build())) {
                assertThat(http.send(foreign, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isIn(400, 401);
            }
        }
    }

    private HttpRequest asking(String url, SigningDevice device) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + device.password(node.nowMs()))
                .build();
    }
}
