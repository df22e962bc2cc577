package io.thingstead.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.ingest.MqttClient;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A device that cannot tell two of the same command apart is handed each once, however it asks.
class OnceHandedTest {
    private static final DeviceId VALVE = DeviceId.of("acme:valve");
    private static final String RPC = "v1/devices/me/rpc/request/";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private SmallNode node;
    private MqttTransport mqtt;
    private HttpServer server;
    private String token;

    @BeforeEach
    void up() throws Exception {
        node = SmallNode.open(folder);
        mqtt = node.listenMqtt();
        server = node.listenHttp();
        token = node.tokenDevice("valve");
    }

    @AfterEach
    void down() {
        http.shutdownNow();
        server.close();
        mqtt.close();
        node.close();
    }

    private void issue(String name) throws Exception {
        node.commands
                .issue(VALVE, name, "true", 90_000)
                .get(60, TimeUnit.SECONDS)
                .orThrow();
    }

    private String state(long number) {
        return node.commands.find(VALVE, number).orElseThrow().state();
    }

    private CompletableFuture<HttpResponse<String>> poll(long timeoutMs) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/" + token + "/rpc?timeout=" + timeoutMs);
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Waits until the node has that many of these requests.
    private List<CompletableFuture<HttpResponse<String>>> polls(int count) throws Exception {
        var polls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < count; i++) {
            polls.add(poll(60_000));
            int most = Math.min(i + 1, 4);
            int now = i;
            CommandsTest.await(() -> node.commands.outlets(VALVE) == most
                    && (now < 4 || polls.get(now - 4).isDone()));
        }
        return polls;
    }

    private static String method(CompletableFuture<HttpResponse<String>> poll) throws Exception {
        var answer = poll.get(90, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body()).path("method").textValue();
    }

    private MqttClient subscribed() throws Exception {
        MqttClient client = new MqttClient(mqtt.port(), MqttVersion.MQTT_3_1_1);
        assertThat(client.connect("it", token, null)).isZero();
        client.subscribe(RPC + "+");
        return client;
    }

    @Test
    void of_requests_that_wait_at_once_the_newest_gets_the_first_command_and_each_is_given_once() throws Exception {
        var polls = polls(3);
        for (int i = 1; i <= 3; i++) issue("c" + i);
        var given = new ArrayList<String>();
        for (var poll : polls) given.add(method(poll));
        assertThat(given).containsExactlyInAnyOrder("c1", "c2", "c3");
        assertThat(given.getLast()).isEqualTo("c1");
        // Each was in the log as delivered before it was answered.
        for (int i = 1; i <= 3; i++) assertThat(state(i)).isEqualTo("delivered");
    }

    @Test
    void one_command_goes_to_one_of_many_requests_that_come_with_it() throws Exception {
        for (int round = 1; round <= 20; round++) {
            issue("c" + round);
            var polls = List.of(poll(0), poll(0), poll(0), poll(0));
            int given = 0;
            for (var poll : polls) given += poll.get(60, TimeUnit.SECONDS).statusCode() == 200 ? 1 : 0;
            assertThat(given).isLessThanOrEqualTo(1);
            if (given == 0) method(poll(60_000));
            assertThat(poll(0).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(408);
        }
    }

    @Test
    void of_too_many_requests_the_oldest_waits_no_more() throws Exception {
        var polls = polls(5);
        assertThat(polls.getFirst().get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(408);
        issue("open");
        assertThat(method(polls.getLast())).isEqualTo("open");
        assertThat(polls.get(1)).isNotDone();
    }

    @Test
    void what_a_connection_has_and_did_not_acknowledge_is_given_elsewhere_once_it_ends() throws Exception {
        CompletableFuture<HttpResponse<String>> poll;
        try (MqttClient client = subscribed()) {
            issue("open");
            client.awaitMessage(RPC);
            assertThat(poll(0).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(408);
            poll = poll(60_000);
            CommandsTest.await(() -> node.commands.outlets(VALVE) == 2);
            assertThat(poll).isNotDone();
        }
        assertThat(method(poll)).isEqualTo("open");
        try (MqttClient client = subscribed()) {
            issue("close");
            assertThat(client.awaitMessage(RPC).topic()).isEqualTo(RPC + "2");
        }
    }

    @Test
    void what_the_log_does_not_take_at_once_it_takes_later() throws Exception {
        issue("open");
        node.decline(Refusal.BUSY, 2);
        assertThat(method(poll(60_000))).isEqualTo("open");
        assertThat(state(1)).isEqualTo("delivered");
        try (MqttClient client = subscribed()) {
            issue("close");
            var message = client.awaitMessage(RPC);
            node.decline(Refusal.BUSY, 3);
            client.acknowledge(message);
            CommandsTest.await(() -> state(2).equals("delivered"));
        }
    }
}
