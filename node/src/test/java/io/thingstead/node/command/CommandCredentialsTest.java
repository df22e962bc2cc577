package io.thingstead.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import java.io.EOFException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who lost its token or key hears of no more commands, also where it is connected or waits already.
class CommandCredentialsTest {
    private static final String COMMANDS = "v1/devices/me/commands";
    private static final String RPC = "v1/devices/me/rpc/request/";
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    Path folder;

    private SmallNode node;
    private MqttTransport mqtt;

    @BeforeEach
    void up() throws Exception {
        node = SmallNode.open(folder);
        mqtt = node.listenMqtt();
    }

    @AfterEach
    void down() {
        mqtt.close();
        node.close();
    }

    private void issue(DeviceId device, String name) throws Exception {
        node.commands
                .issue(device, name, "true", 60_000)
                .get(60, TimeUnit.SECONDS)
                .orThrow();
    }

    private void revokeTokens(DeviceId device) {
        node.tokens.list(device).forEach(token -> node.tokens.revoke(token.id()));
    }

    private MqttClient connected(String user, String password) throws Exception {
        MqttClient client = new MqttClient(mqtt.port(), MqttVersion.MQTT_5);
        assertThat(client.connect("it", user, password)).isZero();
        return client;
    }

    private static void isEnded(MqttClient client) throws Exception {
        var last = client.receive();
        assertThat(last.fixedHeader().messageType()).isEqualTo(MqttMessageType.DISCONNECT);
        assertThat(((MqttReasonCodeAndPropertiesVariableHeader) last.variableHeader()).reasonCode() & 0xff)
                .isEqualTo(NOT_AUTHORIZED);
        assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
    }

    private String state(DeviceId device) {
        return node.commands.find(device, 1).orElseThrow().state();
    }

    @Test
    void a_connection_with_a_revoked_token_gets_no_command() throws Exception {
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        try (MqttClient client = connected(token, null)) {
            client.subscribe(RPC + "+");
            revokeTokens(valve);
            issue(valve, "open");
            isEnded(client);
        }
        assertThat(state(valve)).isEqualTo("queued");
    }

    @Test
    void a_connection_with_a_revoked_token_is_not_told_what_is_desired() throws Exception {
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        issue(valve, "open");
        try (MqttClient client = connected(token, null)) {
            revokeTokens(valve);
            client.subscribe("v1/devices/me/attributes");
            isEnded(client);
        }
    }

    @Test
    void a_connection_with_a_revoked_key_gets_no_command_and_acknowledges_none() throws Exception {
        SigningDevice lock = node.device("lock");
        issue(lock.id(), "lock");
        try (MqttClient client = connected(lock.id().value(), lock.password(node.nowMs()))) {
            client.subscribe(COMMANDS);
            var message = client.awaitMessage(COMMANDS);
            node.revoke(lock);
            client.acknowledge(message);
            isEnded(client);
        }
        assertThat(state(lock.id())).isEqualTo("queued");
        SigningDevice other = node.device("other");
        try (MqttClient client = connected(other.id().value(), other.password(node.nowMs()))) {
            client.subscribe(COMMANDS);
            node.revoke(other);
            issue(other.id(), "lock");
            isEnded(client);
        }
    }

    @Test
    void who_waits_over_HTTP_and_is_revoked_gets_no_command() throws Exception {
        SigningDevice lock = node.device("lock");
        String token = node.tokenDevice("valve");
        DeviceId valve = DeviceId.of("acme:valve");
        try (HttpServer server = node.listenHttp();
                HttpClient http = HttpClient.newHttpClient()) {
            String url = "http://127.0.0.1:" + server.port();
            var signed = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(url + "/v1/devices/" + lock.id() + "/commands?timeout=60000"))
                            .header("Authorization", "Bearer " + lock.password(node.nowMs()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            var plain = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/" + token + "/rpc?timeout=60000"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            CommandsTest.await(() -> node.commands.outlets(lock.id()) == 1 && node.commands.outlets(valve) == 1);
            node.revoke(lock);
            revokeTokens(valve);
            issue(lock.id(), "lock");
            issue(valve, "open");
            assertThat(signed.get(60, TimeUnit.SECONDS).body()).contains("key.revoked");
            assertThat(plain.get(60, TimeUnit.SECONDS).body()).contains("token.invalid");
        }
        assertThat(state(lock.id())).isEqualTo("queued");
        assertThat(state(valve)).isEqualTo("queued");
    }
}
