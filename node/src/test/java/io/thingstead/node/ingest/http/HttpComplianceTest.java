package io.thingstead.node.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.FrameAnswer;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.SmallNode;
import io.thingstead.node.ingest.TransportCompliance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Frames and telemetry over HTTP.
class HttpComplianceTest extends TransportCompliance {
    private static final String COSE = "application/cose";
    private static final String SEQUENCE = "application/cbor-seq";

    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;

    @Override
    protected void start() {
        server = node.listenHttp();
    }

    @Override
    protected void stop() {
        http.close();
        server.close();
    }

    private HttpResponse<byte[]> post(String path, String type, BodyPublisher body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", type)
                        .POST(body)
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private Reply reply(HttpResponse<byte[]> response) throws IOException {
        JsonNode json = tree(response.body());
        if (response.statusCode() == 200) return ACCEPTED;
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        if (response.statusCode() == 503) {
            assertThat(json.get("code").textValue()).isIn("busy", "store.unavailable");
        } else {
            assertThat(response.statusCode()).isBetween(400, 499);
        }
        assertThat(json.get("status").intValue()).isEqualTo(response.statusCode());
        return new Reply.Refused(json.get("code").textValue());
    }

    /// Sends messages to this path, and checks the promise for each one that is accepted.
    private Client to(String path, String type) {
        return new Client() {
            @Override
            public Reply send(byte[] message) throws Exception {
                var response = post(path, type, BodyPublishers.ofByteArray(message));
                Reply reply = reply(response);
                if (reply.equals(ACCEPTED)) promised(response.body());
                return reply;
            }

            @Override
            public void close() {}
        };
    }

    /// The promise in an answer, which is for the frame that the log has at its index, and is kept in time.
    private Promise promised(byte[] answer) {
        JsonNode receipt = tree(answer);
        long index = receipt.get("index").longValue();
        byte[] content = node.reader().leaf(index).orElseThrow().content();
        Promise promise = FrameAnswer.read(answer)
                .orThrow()
                .promised(content, node.ledgerId, node.keys.of(KeyRole.LOG).key())
                .orThrow();
        assertThat(promise.log()).isEqualTo(SmallNode.LOG);
        assertThat(promise.index()).isEqualTo(index);
        assertThat(bytes(receipt, "entry")).isEqualTo(promise.entry());
        assertThat(promise.anchorBy()).isGreaterThan(node.ledger.reader().head().blockTime());
        return promise;
    }

    private static JsonNode tree(byte[] json) {
        try {
            return new JsonMapper().readTree(json);
        } catch (IOException e) {
            throw new AssertionError("not JSON", e);
        }
    }

    private static byte[] bytes(JsonNode json, String name) {
        return Base64.getUrlDecoder().decode(json.get(name).textValue());
    }

    @Override
    protected Client connect(SigningDevice device) {
        return to("/v1/frames", COSE);
    }

    @Override
    protected Client connect(String token) {
        return to("/api/v1/" + token + "/telemetry", "application/json");
    }

    @Test
    void a_promise_of_another_key_or_ledger_or_with_a_bit_changed_is_none() throws Exception {
        SigningDevice device = node.device("box");
        var response = post("/v1/frames", COSE, BodyPublishers.ofByteArray(device.frame(1)));
        byte[] signed = bytes(new JsonMapper().readTree(response.body()), "promise");
        var logKey = node.keys.of(KeyRole.LOG).key();
        assertThat(Promise.open(signed, node.ledgerId, logKey).isOk()).isTrue();
        assertThat(Promise.open(
                                signed,
                                node.ledgerId,
                                SigningKey.generate(Algorithm.ED25519).key())
                        .isOk())
                .isFalse();
        assertThat(Promise.open(signed, new LedgerId(new byte[32]), logKey).isOk())
                .isFalse();
        for (int i = 0; i < signed.length * 8; i++) {
            byte[] changed = signed.clone();
            changed[i / 8] ^= (byte) (1 << i % 8);
            assertThat(Promise.open(changed, node.ledgerId, logKey))
                    .as("bit %s", i)
                    .isInstanceOf(Result.No.class);
        }
    }

    @Test
    void a_duplicate_is_answered_with_the_first_receipt() throws Exception {
        SigningDevice device = node.device("box");
        byte[] frame = device.frame(1);
        JsonMapper json = new JsonMapper();
        JsonNode first = json.readTree(
                post("/v1/frames", COSE, BodyPublishers.ofByteArray(frame)).body());
        JsonNode again = json.readTree(post("/v1/devices/me/frames", COSE, BodyPublishers.ofByteArray(frame))
                .body());
        for (String same : List.of("device", "n", "log", "index", "receivedMs", "salt", "entry", "trust")) {
            assertThat(again.get(same)).as(same).isEqualTo(first.get(same));
        }
        assertThat(first.get("duplicate").booleanValue()).isFalse();
        assertThat(again.get("duplicate").booleanValue()).isTrue();
    }

    @Test
    void of_a_sequence_each_frame_has_its_own_answer() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice stranger = SigningDevice.of("stranger", node.ledgerId, Algorithm.ED25519);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(device.frame(1));
        frames.writeBytes(stranger.frame(1));
        frames.writeBytes(device.frame(2));
        frames.writeBytes(new byte[] {1, 2, 3});
        var response = post("/v1/frames", SEQUENCE, BodyPublishers.ofByteArray(frames.toByteArray()));
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode results = new JsonMapper().readTree(response.body()).get("results");
        assertThat(results).hasSize(4);
        promised(utf8(results.get(0).toString()));
        assertThat(results.get(1).get("code").textValue()).isEqualTo("key.unknown");
        promised(utf8(results.get(2).toString()));
        assertThat(results.get(3).get("code").textValue()).isEqualTo("frame.malformed");
    }

    @Test
    void a_sequence_has_1_to_1000_frames_in_at_most_8_MiB() throws Exception {
        SigningDevice device = node.device("box");
        byte[] frame = device.frame(1);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) frames.writeBytes(frame);
        assertThat(reply(post("/v1/frames", SEQUENCE, BodyPublishers.ofByteArray(frames.toByteArray()))))
                .isEqualTo(ACCEPTED);
        frames.writeBytes(frame);
        assertThat(reply(post("/v1/frames", SEQUENCE, BodyPublishers.ofByteArray(frames.toByteArray()))))
                .isEqualTo(new Reply.Refused("request.too-large"));
        assertThat(reply(post("/v1/frames", SEQUENCE, BodyPublishers.noBody())))
                .isEqualTo(new Reply.Refused("request.too-large"));
        assertThat(reply(post("/v1/frames", SEQUENCE, BodyPublishers.ofByteArray(new byte[(8 << 20) + 1]))))
                .isEqualTo(new Reply.Refused("request.too-large"));
        assertThat(node.reader().size()).isEqualTo(1);
    }

    @Test
    void an_unknown_token_and_an_unknown_media_type_are_refused() throws Exception {
        byte[] json = utf8("{\"t\": 1}");
        // Again and again: after an answer that ends the connection, the next request finds one that works.
        for (int i = 0; i < 50; i++) {
            for (String token : List.of("nobody", "x".repeat(300), "%00", "..")) {
                var response =
                        post("/api/v1/" + token + "/telemetry", "application/json", BodyPublishers.ofByteArray(json));
                assertThat(response.statusCode()).as(token).isBetween(400, 404);
            }
        }
        assertThat(node.counters.refused(Refusal.TOKEN_INVALID)).isPositive();
        assertThat(reply(post("/v1/frames", "text/plain", BodyPublishers.ofByteArray(json))))
                .isEqualTo(new Reply.Refused("request.media-type"));
    }

    @Test
    void telemetry_over_64_KiB_is_refused_however_its_length_is_said() throws Exception {
        String token = node.tokenDevice("sensor");
        byte[] large = utf8("{\"t\": \"" + "x".repeat(70_000) + "\"}");
        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(large),
                BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))) {
            assertThat(reply(post("/api/v1/" + token + "/telemetry", "application/json", body)))
                    .isEqualTo(new Reply.Refused("telemetry.too-large"));
        }
    }

    /// Requests that no client library sends: each is answered with an error or closed, and the next is served.
    @Test
    void malformed_HTTP_is_refused_and_harms_nobody() throws Exception {
        SigningDevice device = node.device("box");
        Set<String> codes = new TreeSet<>();
        int answered = 0;
        String frames = "POST /v1/frames HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cose\r\n";
        Map<String, String> requests = Map.ofEntries(
                Map.entry("no HTTP", "\u0000\u0001\u0002\u0003 nothing\r\n\r\n"),
                Map.entry("header bomb", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"),
                Map.entry("many headers", "GET / HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(20_000) + "\r\n"),
                Map.entry("long path", "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Map.entry("two lengths", frames + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                Map.entry(
                        "length and chunks",
                        frames + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
                Map.entry("bad chunk", frames + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
                Map.entry("huge chunk", frames + "Transfer-Encoding: chunked\r\n\r\nffffffffff\r\nabc\r\n"),
                Map.entry("negative length", frames + "Content-Length: -1\r\n\r\n"),
                Map.entry("strange host", "GET /v1/challenge HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
                Map.entry("no host", "GET /v1/challenge HTTP/1.1\r\n\r\n"),
                Map.entry("HTTP of the future", "GET /v1/challenge HTTP/9.9\r\nHost: localhost\r\n\r\n"),
                Map.entry("escapes that are none", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Map.entry("way up", "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Map.entry("a space in a header's name", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"),
                Map.entry("short body", frames + "Content-Length: 300\r\n\r\nabc"));
        for (var request : requests.entrySet()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(10_000);
                try {
                    socket.getOutputStream().write(request.getValue().getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                } catch (IOException e) {
                    // It was closed while it was sent: refused.
                }
                String answer = answer(socket.getInputStream());
                int status = answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
                assertThat(status).as(request.getKey()).isIn(0, 400, 403, 404, 413, 414, 431, 505);
                if (status > 0) {
                    answered++;
                    assertThat(answer).as(request.getKey()).contains("application/problem+json");
                    codes.add(tree(utf8(answer.substring(answer.indexOf("\r\n\r\n") + 4)))
                            .get("code")
                            .textValue());
                }
            }
        }
        assertThat(codes).containsExactlyInAnyOrder("request.malformed", "request.too-large", "request.forbidden");
        assertThat(answered).as("of " + requests.size()).isGreaterThan(requests.size() / 2);
        assertThat(codes).allSatisfy(code -> assertThat(counted(code)).isPositive());
        assertThat(reply(post("/v1/frames", COSE, BodyPublishers.ofByteArray(device.frame(1)))))
                .isEqualTo(ACCEPTED);
        assertThat(node.reader().size()).isEqualTo(1);
    }

    /// What came, nothing when the connection was closed without a word.
    private static String answer(InputStream in) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            in.transferTo(answer);
        } catch (IOException e) {
            // It was closed hard: what came before counts.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private long counted(String code) {
        Refusal refusal = Stream.of(Refusal.values())
                .filter(known -> known.code().equals(code))
                .findFirst()
                .orElseThrow();
        return node.httpRefused.of(refusal) + node.counters.refused(refusal);
    }

    @Test
    void a_frame_of_the_largest_size_is_read_whole() throws Exception {
        SigningDevice device = node.device("box");
        byte[] burst = SigningDevice.burst(900);
        byte[] frame = device.signer().sign(1, burst);
        assertThat(frame.length).isLessThanOrEqualTo(Frame.MAX_BYTES);
        assertThat(reply(post("/v1/frames", COSE, BodyPublishers.ofByteArray(frame))))
                .isEqualTo(ACCEPTED);
    }
}
