package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.command.Commands;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A contract at a whole node, by command: written, drafted, signed; then a device measures, and nobody touches
/// anything.
class ContractCommandTest {
    private static final String TEXT = """
            thingstead: contract/1
            title: Warm room
            about: The room is heated for the guest; once it is warm the host is paid.
            parties:
              guest: {role: pays, account: member/acme}
              host: {role: heats, account: "device/acme:heater"}
            terms:
              room: {type: device, held_by: guest, value: "acme:room"}
              heater: {type: device, held_by: host, value: "acme:heater"}
              temperature: {type: stream, device: room, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.5"}
              lasting: {type: duration, value: 2 s}
              price: {type: money, asset: "acme:EUR", value: "3.00"}
              time: {type: duration, value: 1 h}
            deposits:
              pot: {by: guest, amount: price}
            start: heating
            states:
              heating:
                means: The room is being heated.
                on:
                  is_warm:
                    evidence: temperature
                    when: temperature >= warm
                    for: lasting
                    effects: [{pay: price, from: pot, to: host}, {stop: heater}]
                    go: paid
                demand:
                  - {stream: temperature, within: time, missing: {effects: [{pay: price, from: pot, to: host}], go: paid}}
                deadline: time
                otherwise: {effects: [{release: pot}], go: cold}
              paid: {means: The host is paid., end: true}
              cold: {means: It did not get warm., end: true}
            """;

    @TempDir
    Path folder;

    private Path data;
    private Path file;
    private Node node;
    private final SigningKey key = SigningKey.generate(Algorithm.ED25519);

    @BeforeEach
    void start() throws Exception {
        data = folder.resolve("node");
        file = folder.resolve("room.yaml");
        Files.writeString(file, TEXT);
        node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        DeviceId room = DeviceId.of("acme:room");
        byte[] possession =
                Possession.sign(room.value(), node.core().registrar().ledger(), key);
        assertThat(node.core()
                        .registrar()
                        .ask(List.of(
                                new RegisterDevice(room, KeyRole.DEVICE, key.key(), possession),
                                RegisterDevice.withToken(DeviceId.of("acme:heater")))))
                .isEmpty();
        run(0, "money", "asset", "EUR");
        run(0, "money", "issue", "10.00", "EUR");
    }

    @AfterEach
    void close() {
        node.close();
    }

    private String run(int code, String... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        boolean asks = !List.of("check", "render", "diff", "template").contains(arguments[1]);
        String[] all = Arrays.copyOf(arguments, arguments.length + (asks ? 2 : 0));
        if (asks) {
            all[arguments.length] = "--data";
            all[arguments.length + 1] = data.toString();
        }
        assertThat(line.execute(all)).as(out.toString()).isEqualTo(code);
        return out.toString().strip();
    }

    /// A frame with these readings, a moment apart.
    private void measures(HttpClient http, long n, double... celsius) throws Exception {
        long now = System.currentTimeMillis();
        byte[] frame = FrameSigner.of(node.core().registrar().ledger(), key)
                .sign(
                        n,
                        SenMlEncoder.encode(IntStream.range(0, celsius.length)
                                .mapToObj(i -> SenMlEncoder.Measurement.of(
                                        "temperature", "Cel", celsius[i], now - celsius.length + 1 + i))
                                .toList()));
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(node.page()).resolve("/v1/frames"))
                        .header("Content-Type", "application/cose")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String statusUntil(String words) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String status = run(0, "contract", "status", "1");
        while (!status.contains(words) && System.nanoTime() < until) {
            Thread.sleep(200);
            status = run(0, "contract", "status", "1");
        }
        assertThat(status).contains(words);
        return status;
    }

    @Test
    void what_a_device_measures_pays_and_nobody_touches_anything() throws Exception {
        assertThat(run(0, "contract", "status")).startsWith("No contracts yet");
        assertThat(run(0, "contract", "check", file.toString())).contains("is sound: 3 states, 2 parties.");
        assertThat(run(0, "contract", "draft", file.toString()))
                .contains("host is paid 3.00 acme:EUR (price) from “pot”")
                .endsWith(
                        "It is contract 1 on the ledger. Each party signs it at its node: thingstead contract sign 1");
        assertThat(run(1, "contract", "step", "1", "is_warm"))
                .contains("contract.way: contract 1 is draft, not running");
        assertThat(run(1, "contract", "sign", "1", "--agreement", "00")).contains("contract 1 is another one");
        assertThat(run(0, "contract", "sign", "1"))
                .contains("Contract 1, Warm room: running in “heating”: The room is being heated.")
                .contains("“is_warm” → paid: when temperature >= warm, for lasting")
                .contains("holds 3.00 acme:EUR in “pot”");
        assertThat(run(0, "contract", "status")).startsWith("1  Warm room  running in heating  as guest  until ");
        assertThat(run(1, "contract", "withdraw", "1")).contains("contract.signed: contract 1 is running, not draft");

        try (HttpClient http = HttpClient.newHttpClient()) {
            measures(http, 1, 18.4);
            for (long n = 2; n <= 9; n++) {
                measures(http, n, 20.5 + n / 10.0);
                Thread.sleep(500);
            }
        }
        assertThat(statusUntil("ended in “paid”"))
                .contains("paid 3.00 acme:EUR to host; told the device heater to stop because guest showed readings for"
                        + " “is_warm”");
        assertThat(run(0, "money", "balance", "acme:heater")).contains("3.00 acme:EUR");

        // The heater is told once, also by a node that starts again.
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!toldToHeater().contains("\"name\":\"stop\"") && System.nanoTime() < until) {
            Thread.sleep(200);
        }
        node.close();
        node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        Thread.sleep(2_500);
        assertThat(toldToHeater()).containsOnlyOnce("\"name\":\"stop\"").contains("\"contract\":1,\"event\":");

        // The same readings in a dry run lead to the same end.
        Path readings = folder.resolve("readings.ndjson");
        run(0, "export", "room", "-o", readings.toString());
        assertThat(run(0, "contract", "simulate", file.toString(), "--readings", readings.toString()))
                .contains("paid 3.00 acme:EUR to host from “pot”")
                .contains("It ends in “paid”: The host is paid.");
    }

    @Test
    void of_frames_with_many_readings_those_count_that_fit() throws Exception {
        run(0, "contract", "draft", file.toString());
        run(0, "contract", "sign", "1");
        try (HttpClient http = HttpClient.newHttpClient()) {
            measures(http, 1, 20.7, 18.4, 20.6);
            Thread.sleep(3_000);
            measures(http, 2, 20.9, 17.5, 21.0);
        }
        statusUntil("ended in “paid”");
        Path readings = folder.resolve("readings.ndjson");
        run(0, "export", "room", "-o", readings.toString());
        assertThat(run(0, "contract", "simulate", file.toString(), "--readings", readings.toString()))
                .contains("It ends in “paid”: The host is paid.");
    }

    @Test
    void an_order_to_a_device_waits_until_there_is_room_for_it() throws Exception {
        run(0, "contract", "draft", file.toString());
        run(0, "contract", "sign", "1");
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < Commands.MOST_OPEN; i++) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(node.page()).resolve("/api/devices/acme:heater/commands"))
                                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"hum\", \"expires_s\": 20}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode() / 100).as(answer.body()).isEqualTo(2);
            }
            measures(http, 1, 20.7);
            Thread.sleep(2_500);
            measures(http, 2, 20.9);
        }
        statusUntil("ended in “paid”");
        long until = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!toldToHeater().contains("\"name\":\"stop\"") && System.nanoTime() < until) {
            Thread.sleep(200);
        }
        assertThat(toldToHeater()).containsOnlyOnce("\"name\":\"stop\"");
    }

    @Test
    void one_summary_shows_what_lasted_and_the_nodes_own_readings_say_the_same_in_a_dry_run() throws Exception {
        Path pem = folder.resolve("room.pem");
        key.save(pem);
        run(0, "contract", "draft", file.toString());
        run(0, "contract", "sign", "1");
        run(0, "device", "send", "--key", pem.toString(), "temperature=18.4:Cel");
        long from = System.currentTimeMillis();
        String numbers = ",from=" + from + ",to=" + (from + 2_500) + ",first=2,last=12";
        for (String wrong : List.of(
                "temperature=22..20.6:Cel" + numbers, "temperature=20.6..NaN" + numbers, "temperature=20.6..22:Cel")) {
            assertThat(run(1, "device", "send", "--key", pem.toString(), "--summary", wrong))
                    .contains("summary", "temperature=2");
        }
        assertThat(run(1, "device", "send", "--key", pem.toString())).contains("nothing to send");
        Thread.sleep(2_600);
        assertThat(run(0, "device", "send", "--key", pem.toString(), "--summary", "temperature=20.6..22:Cel" + numbers))
                .isEqualTo("frame 2 is on the node's disk");
        statusUntil("ended in “paid”");

        Path readings = folder.resolve("readings.ndjson");
        run(0, "export", "room", "-o", readings.toString());
        assertThat(run(0, "contract", "simulate", file.toString(), "--readings", readings.toString()))
                .startsWith("2 readings of 1 streams")
                .contains("readings of frames 1 to 2 show “is_warm”")
                .contains("It ends in “paid”: The host is paid.");
    }

    private String toldToHeater() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var asked = HttpRequest.newBuilder(URI.create(node.page()).resolve("/api/devices/acme:heater/commands"))
                    .build();
            return http.send(asked, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void what_is_demanded_of_a_device_its_node_delivers_by_itself() throws Exception {
        run(0, "contract", "draft", file.toString());
        run(0, "contract", "sign", "1");
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (long n = 1; n <= 4; n++) {
                measures(http, n, 17.5 + n / 10.0);
            }
            assertThat(run(1, "contract", "demand", "1", "humidity")).contains("contract.way");
            assertThat(run(0, "contract", "demand", "1", "temperature", "--party", "host"))
                    .contains("host demanded readings; it stays in “heating”");
            // The span reaches up to the demand: it is answered with the first frame from then on.
            measures(http, 5, 18.2);
        }
        statusUntil("guest delivered what was demanded; it stays in “heating”");
    }
}
