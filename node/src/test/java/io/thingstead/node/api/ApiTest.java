package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.node.view.SigningDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The HTTP interface of a real member, as programs and strangers meet it.
class ApiTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "the-administrators-token";

    @TempDir
    private static Path folder;

    private static PartialNode node;
    private static SigningDevice device;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        node = new PartialNode(folder.resolve("node"), 0, TOKEN);
        http = HttpClient.newHttpClient();
        device = node.device("box");
        long last = 0;
        for (int i = 0; i < 20; i++) last = device.send(Measurement.of("t", "Cel", i, System.currentTimeMillis()));
        node.awaitFinal(last);
        node.awaitViews();
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(node.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(String path, int status, String code) throws Exception {
        refused(get(path), path, status, code);
    }

    private static void refused(HttpResponse<String> answer, String what, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as("%s: %s", what, answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(JSON.readTree(answer.body()).get("code").textValue())
                .as(what)
                .isEqualTo(code);
    }

    /// A request as bytes, for what no client library sends.
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.http.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void status_devices_readings_and_series_agree() throws Exception {
        JsonNode status = JSON.readTree(get("/api/status").body());
        assertThat(status.get("member").textValue())
                .isEqualTo(node.core.member().value());
        assertThat(status.get("log").get("size").longValue()).isGreaterThanOrEqualTo(20);
        JsonNode readings =
                JSON.readTree(get("/api/readings?limit=5&device=" + device.id).body());
        assertThat(readings.get("readings")).hasSize(5);
        JsonNode series = JSON.readTree(
                get("/api/series?device=" + device.id + "&name=t&points=600").body());
        assertThat(series.get("timeMs").size())
                .isEqualTo(series.get("mean").size())
                .isPositive();
        assertThat(JSON.readTree(get("/api/devices/" + device.id).body())
                        .get("streams")
                        .get(0)
                        .get("highest")
                        .longValue())
                .isGreaterThanOrEqualTo(20);
    }

    @Test
    void devices_are_searched_filtered_sorted_and_paged_with_their_counts() throws Exception {
        for (int i = 0; i < 5; i++) node.device("listed-" + i);
        JsonNode first = JSON.readTree(
                get("/api/devices?q=listed&state=never&sort=-name&limit=2").body());
        assertThat(first.get("found").intValue()).isEqualTo(5);
        assertThat(first.get("total").intValue()).isGreaterThanOrEqualTo(6);
        assertThat(first.at("/counts/state/never").intValue()).isEqualTo(5);
        assertThat(first.at("/counts/state/live").intValue()).isZero();
        assertThat(first.at("/counts/role/device").intValue()).isEqualTo(5);
        assertThat(first.at("/counts/quantity/t").intValue()).isPositive();
        assertThat(first.at("/devices/0/device").textValue()).isEqualTo("home:listed-4");
        assertThat(first.get("devices")).hasSize(2);
        JsonNode second = JSON.readTree(get("/api/devices?q=listed&state=never&sort=-name&limit=3&after="
                        + first.get("next").textValue())
                .body());
        assertThat(second.get("devices")).hasSize(3);
        assertThat(second.get("next")).isNull();
        assertThat(second.at("/devices/0/role").textValue()).isEqualTo("device");
        refused("/api/devices?sort=name&after=" + first.get("next").textValue(), 400, "request.malformed");
    }

    private static HttpResponse<String> label(String name, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/devices/" + name + "/label"))
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void what_people_call_a_device_is_found_and_taken_away_again() throws Exception {
        var box = node.device("labelled");
        assertThat(label(box.id.value(), "{\"label\": \" Kitchen, left \"}").statusCode())
                .isEqualTo(200);
        JsonNode found = JSON.readTree(get("/api/devices?q=kitchen").body());
        assertThat(found.at("/devices/0/device").textValue()).isEqualTo("home:labelled");
        assertThat(found.at("/devices/0/label").textValue()).isEqualTo("Kitchen, left");
        assertThat(JSON.readTree(get("/api/devices/home:labelled").body())
                        .at("/device/label")
                        .textValue())
                .isEqualTo("Kitchen, left");
        for (String wrong : List.of("{\"label\": \"two\\nlines\"}", "{\"label\": 3}", "{\"name\": \"x\"}", ""))
            refused(label("home:labelled", wrong), wrong, 400, "request.malformed");
        refused(label("home:nobody", "{\"label\": \"x\"}"), "nobody", 404, "device.unknown");
        refused(label("other:labelled", "{\"label\": \"x\"}"), "other", 403, "device.foreign");
        assertThat(label("home:labelled", "{}").statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(get("/api/devices?q=kitchen").body())
                        .get("found")
                        .intValue())
                .isZero();
    }

    @Test
    void a_member_alone_is_told_of_as_such() throws Exception {
        JsonNode consortium = JSON.readTree(get("/api/consortium").body());
        assertThat(consortium.at("/tolerance/mayFail").intValue()).isZero();
        assertThat(consortium.at("/tolerance/words").textValue()).startsWith("One member alone");
        assertThat(consortium.get("standstill")).isNull();
        assertThat(consortium.get("members")).hasSize(1);
        JsonNode member = consortium.at("/members/0");
        assertThat(member.get("own").booleanValue()).isTrue();
        assertThat(member.get("votes").booleanValue()).isTrue();
        assertThat(member.get("signed").intValue())
                .isEqualTo(member.get("of").intValue())
                .isEqualTo(consortium.get("recentBlocks").intValue())
                .isPositive();
        assertThat(member.get("anchorMs").longValue()).isPositive();
        assertThat(member.at("/logs/0/size").longValue()).isGreaterThanOrEqualTo(20);
        assertThat(consortium.at("/eras/0/words").textValue())
                .isEqualTo("From the first block on the word of home alone.");
        assertThat(consortium.at("/accusations/forks")).isEmpty();
    }

    @Test
    void a_proof_over_HTTP_verifies() throws Exception {
        byte[] trust = get("/api/trust").body().getBytes(StandardCharsets.UTF_8);
        for (String path : List.of("/api/proofs/" + device.id + "/3", "/api/proofs?index=2")) {
            var answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                    .contains(".proof.json");
            var report = ProofVerifier.verify(answer.body().getBytes(StandardCharsets.UTF_8), trust);
            assertThat(report.verdict().toString()).containsIgnoringCase("proven");
        }
    }

    @Test
    void every_parameter_has_its_bounds() throws Exception {
        String series = "/api/series?device=" + device.id;
        for (String wrong : List.of(
                "/api/readings?limit=0",
                "/api/readings?limit=-1",
                "/api/readings?limit=99999999",
                "/api/readings?limit=five",
                "/api/readings?limit=99999999999999999999",
                "/api/readings?device=nobody",
                "/api/readings?device=" + "x".repeat(300),
                "/api/devices?limit=0",
                "/api/devices?after=%00",
                "/api/devices?after=home:box",
                "/api/devices?after=" + "A".repeat(2_000),
                "/api/devices?sort=age",
                "/api/devices?sort=value",
                "/api/devices?state=asleep",
                "/api/devices?role=device,",
                "/api/devices?trust=full",
                "/api/devices?missing=1",
                "/api/devices?within=1,2,3",
                "/api/fleet/map?within=here",
                "/api/fleet/map?across=41",
                "/api/devices?within=1,2,3,NaN",
                "/api/devices?q=" + "x".repeat(300),
                "/api/devices/not-an-id",
                series,
                "/api/series?name=t",
                series + "&name=t&points=0",
                series + "&name=t&points=100000000",
                series + "&name=t&from=-1",
                series + "&name=t&to=99999999999999999",
                series + "&name=" + "t".repeat(300),
                "/api/proofs",
                "/api/proofs/not-an-id/1",
                "/api/proofs/home:box/0",
                "/api/proofs?index=-1",
                "/api/proofs?index=9007199254740992")) {
            refused(wrong, 400, "request.malformed");
        }
        refused("/api/devices/acme:nobody", 404, "device.unknown");
        assertThat(get("/api/proofs?index=9007199254740991").statusCode()).isEqualTo(404);
    }

    @Test
    void random_requests_are_answered_and_never_with_a_server_error() throws Exception {
        Random random = Seeded.random(ApiTest.class);
        String[] paths = {
            "/api/status",
            "/api/consortium",
            "/api/devices",
            "/api/readings",
            "/api/series",
            "/api/proofs",
            "/api/trust",
            "/log/"
        };
        String[] names = {
            "limit", "device", "name", "from", "to", "points", "index", "after", "n", "q", "sort", "within"
        };
        String[] values = {
            "0",
            "1",
            "-1",
            "9007199254740991",
            "9223372036854775808",
            "1e3",
            "",
            "%00",
            "%F0%9F%98%80",
            "home:box",
            "../..",
            "%2e%2e%2f",
            "'; DROP TABLE reading; --",
            "acme:box",
            "NaN",
            "\u2028"
        };
        for (int i = 0; i < 600; i++) {
            StringBuilder path = new StringBuilder(paths[random.nextInt(paths.length)]);
            if (random.nextInt(4) == 0) path.append('/').append(encoded(values[random.nextInt(values.length)]));
            path.append('?');
            for (int p = random.nextInt(4); p > 0; p--) {
                path.append(names[random.nextInt(names.length)])
                        .append('=')
                        .append(encoded(values[random.nextInt(values.length)]))
                        .append('&');
            }
            var answer = get(path.toString());
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(500);
        }
    }

    private static String encoded(String value) {
        return value.contains("%") ? value : java.net.URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Test
    void what_is_not_there_is_said() throws Exception {
        for (String path :
                List.of("/api", "/api/nothing", "/v2/frames", "/log/nobody.example/1/checkpoint", "/log/x")) {
            refused(path, 404, "request.not-found");
        }
        for (String path : List.of(
                "/app/../../secret", "/app/%2e%2e/index.html", "/lib/", "/app/.hidden", "/proof-offline.html")) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 404);
        }
        var wrongMethod = http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/status"))
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(wrongMethod.statusCode()).isIn(404, 405);
    }

    /// DNS rebinding: a name of somebody else's that leads to this machine.
    @Test
    void a_listener_on_loopback_answers_to_its_own_names_only() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST")) {
            assertThat(raw("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .as(host)
                    .startsWith("HTTP/1.1 200");
        }
        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1")) {
            assertThat(raw("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .as(host)
                    .startsWith("HTTP/1.1 403")
                    .contains("request.forbidden");
        }
    }

    private static String create(String name, String... headers) throws IOException {
        String body = "{\"name\": \"" + name + "\"}";
        return raw("POST /api/devices HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + body.length() + "\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList())
                + "\r\n" + body);
    }

    @Test
    void a_page_of_another_site_changes_nothing() throws Exception {
        for (String foreign : List.of(
                "Origin: http://evil.example",
                "Origin: null",
                "Origin: http://localhost:9999",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site")) {
            assertThat(create("foreign", foreign))
                    .as(foreign)
                    .startsWith("HTTP/1.1 403")
                    .contains("request.forbidden");
        }
        for (String foreign : List.of("X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1")) {
            assertThat(create("foreign", foreign)).startsWith("HTTP/1.1 401").contains("access.sign-in");
        }
        assertThat(create("foreign", "X-Forwarded-For: 10.0.0.1", "Authorization: Bearer wrong"))
                .startsWith("HTTP/1.1 401")
                .contains("access.key");
        assertThat(create("by-the-administrator", "X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + TOKEN))
                .startsWith("HTTP/1.1 201");
        assertThat(create("by-this-machine")).startsWith("HTTP/1.1 201");
        assertThat(create("by-this-machine")).startsWith("HTTP/1.1 409").contains("device.exists");
        assertThat(create("by-the-page", "Origin: http://localhost", "Sec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 201");
    }

    @Test
    void a_body_that_is_no_device_is_refused() throws Exception {
        for (String body : List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"name\": 3}",
                "{\"name\": \"UPPER\"}",
                "{\"name\": \"a b\"}",
                "{\"name\": \"x\", \"key\": \"AAAA\"}",
                "{\"name\": \"x\", \"key\": \"!\", \"possession\": \"!\"}",
                "[".repeat(10_000))) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(node.url() + "/api/devices"))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", body, answer.body()).isEqualTo(400);
        }
        byte[] large = new byte[1 << 20];
        for (var publisher : List.of(
                HttpRequest.BodyPublishers.ofByteArray(large),
                HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(node.url() + "/api/devices"))
                            .POST(publisher)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            refused(answer, "1 MiB", 413, "request.too-large");
        }
    }

    @Test
    void tiles_that_are_full_are_kept_for_ever_and_the_checkpoint_is_not() throws Exception {
        String log = "/log/" + node.core.log().reader().origin() + "/";
        var checkpoint = get(log + "checkpoint");
        assertThat(checkpoint.statusCode()).isEqualTo(200);
        assertThat(checkpoint.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(checkpoint.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
        assertThat(get(log + "tile/0/000.p/1").statusCode()).isEqualTo(200);
        assertThat(get(log + "tile/0/999").statusCode()).isEqualTo(404);
        assertThat(get(log + "tile/0/x999").statusCode()).isEqualTo(404);
    }

    private record Event(String id, String name, JsonNode data) {}

    /// Reads live events, up to so many ticks.
    private static List<Event> events(String lastId, int ticks) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/api/live"));
        if (!lastId.isEmpty()) request.header("Last-Event-ID", lastId);
        List<Event> events = new ArrayList<>();
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String name = "";
            String id = "";
            int seen = 0;
            while (seen < ticks) {
                String line = lines.readLine();
                if (line.startsWith("event: ")) name = line.substring(7);
                if (line.startsWith("id: ")) id = line.substring(4);
                if (line.startsWith("data: ")) {
                    events.add(new Event(id, name, JSON.readTree(line.substring(6))));
                    if (name.equals("tick")) seen++;
                }
            }
        }
        return events;
    }

    private static long number(Event event) {
        return Long.parseLong(event.id().substring(event.id().indexOf('-') + 1));
    }

    @Test
    void live_events_go_on_after_a_break_without_loss_or_repetition() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Thread measuring = Thread.ofVirtual().start(() -> {
            while (!enough.get()) {
                device.send(Measurement.of("live", "Cel", device.n(), System.currentTimeMillis()));
            }
        });
        try {
            List<Event> first = events("", 3);
            assertThat(first.getFirst().name()).isEqualTo("reset");
            Thread.sleep(700);
            List<Event> second = events(first.getLast().id(), 4);
            assertThat(second).allMatch(event -> event.name().equals("tick"));
            long expected = number(first.getLast());
            for (Event event : second) assertThat(number(event)).isEqualTo(++expected);
            // What is too old, of another run or no id at all: the client is told to ask for the whole.
            for (String unknown :
                    List.of("00000000-1", "nonsense", "-", first.getLast().id() + "0000")) {
                assertThat(events(unknown, 1).getFirst().name()).as(unknown).isEqualTo("reset");
            }
        } finally {
            enough.set(true);
            measuring.join();
        }
    }
}
