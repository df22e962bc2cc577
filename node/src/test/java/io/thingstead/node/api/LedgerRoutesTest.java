package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.Seeded;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The ledger explorer's interface over a stored ledger of fifty blocks, whole and without its older half.
class LedgerRoutesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BLOCKS = 50;

    private final MemoryStore store = new MemoryStore(new MemoryStore.Disk());
    private final TestChain chain = TestChain.founded(store);
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;

    LedgerRoutesTest() {
        while (chain.ledger().info().height() < BLOCKS) {
            long height = chain.ledger().info().height() + 1;
            if (height % 2 == 0) chain.block(chain.registration("acme:box-" + height));
            else chain.block();
        }
        var ledger = chain.reader();
        var signatures = new Signatures(ledger);
        server = HttpServer.start(
                "127.0.0.1",
                0,
                List.of(
                        new BlockRoutes(ledger, signatures)::register,
                        new EventRoutes(ledger)::register,
                        new FindRoutes(ledger, List.of())::register),
                Access.ofThisMachine(),
                new HttpCounters(new SimpleMeterRegistry()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private HttpResponse<String> ask(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        var answer = ask(path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private void refused(String path, int status, String code) throws Exception {
        var answer = ask(path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("code").textValue()).isEqualTo(code);
    }

    /// As a member has it that joined with a snapshot, or pruned.
    private void forgetBefore(long height) {
        long firstEvent = chain.reader().block(height).orElseThrow().firstEvent();
        var batch = store.newBatch();
        for (long at = 0; at < height; at++)
            for (byte row = 0; row < 2; row++)
                batch.delete(
                        Column.BLOCK,
                        ByteBuffer.allocate(9).putLong(at).put(row).array());
        for (long number = 0; number < firstEvent; number++)
            batch.delete(Column.EVENT, ByteBuffer.allocate(8).putLong(number).array());
        store.write(batch);
    }

    /// All numbers of a list, page by page.
    private List<Long> pages(String path, String list, String number) throws Exception {
        var all = new ArrayList<Long>();
        var next = "";
        do {
            JsonNode page = get(path + next);
            page.get(list).forEach(entry -> all.add(entry.get(number).longValue()));
            next = page.has("next") ? "&before=" + page.get("next").longValue() : "";
        } while (!next.isEmpty());
        return all;
    }

    private static List<Long> down(long from, long to) {
        var all = new ArrayList<Long>();
        for (long at = from; at >= to; at--) all.add(at);
        return all;
    }

    @Test
    void pages_of_blocks_and_events_go_back_to_the_first_without_gap_or_repetition() throws Exception {
        long events = chain.reader().head().eventsSize();
        for (int limit : new int[] {1, 7, 50, 100}) {
            assertThat(pages("/api/blocks?limit=" + limit, "blocks", "height")).isEqualTo(down(BLOCKS, 1));
            assertThat(pages("/api/events?limit=" + limit, "events", "number")).isEqualTo(down(events - 1, 0));
        }
        assertThat(get("/api/blocks?before=0").get("blocks")).isEmpty();
        assertThat(get("/api/events?before=0").get("events")).isEmpty();
    }

    @Test
    void a_block_says_who_signed_it_and_what_happened() throws Exception {
        JsonNode block = get("/api/blocks/" + BLOCKS);
        assertThat(block.at("/certificate/verified").booleanValue()).isTrue();
        assertThat(block.at("/certificate/signed/0").textValue()).isEqualTo("acme");
        assertThat(block.at("/certificate/words").textValue()).isEqualTo("Signed by acme, the only member then.");
        assertThat(block.get("alone").textValue()).isEqualTo("acme");
        assertThat(block.get("eventCount").intValue()).isEqualTo(1);
        assertThat(block.at("/events/0/words").textValue()).startsWith("Device acme:box-50 was registered");
        JsonNode empty = get("/api/blocks/" + (BLOCKS - 1));
        assertThat(empty.get("events")).isEmpty();
        assertThat(empty.get("transactions").intValue()).isZero();
        JsonNode event = get("/api/events/" + block.at("/events/0/number").longValue());
        var leaf = chain.reader().event(event.get("number").longValue()).orElseThrow();
        assertThat(event.get("leaf").textValue()).isEqualTo(HexFormat.of().formatHex(leaf.leaf()));
    }

    @Test
    void what_concerns_one_device_is_found_by_its_subject() throws Exception {
        JsonNode page = get("/api/events?subject=device/acme:box-12");
        assertThat(page.get("events")).hasSize(1);
        assertThat(page.at("/events/0/subjects/0").textValue()).isEqualTo("device/acme:box-12");
        assertThat(get("/api/events?subject=device/acme:nobody").get("events")).isEmpty();
    }

    private List<String> found(String asked) throws Exception {
        var all = new ArrayList<String>();
        get("/api/find?q=" + URLEncoder.encode(asked, StandardCharsets.UTF_8))
                .get("found")
                .forEach(entry -> all.add(
                        entry.get("kind").textValue() + " " + entry.get("id").textValue()));
        return all;
    }

    @Test
    void numbers_names_and_hashes_are_found() throws Exception {
        var block = chain.reader().block(20).orElseThrow();
        var event = chain.reader().event(block.firstEvent()).orElseThrow();
        assertThat(found("20")).containsExactly("block 20", "event 20");
        assertThat(found("acme")).containsExactly("member member/acme");
        assertThat(found(" ACME:box-20 ")).containsExactly("device device/acme:box-20");
        assertThat(found("box-20")).containsExactly("device device/acme:box-20");
        assertThat(found("acme/1")).containsExactly("log log/acme/1");
        assertThat(found(HexFormat.of().formatHex(block.headerHash()))).containsExactly("block 20");
        // the empty block after it left the app hash as it was
        assertThat(found(HexFormat.of().formatHex(block.appHash(), 0, 8))).containsExactly("block 21", "block 20");
        assertThat(found(HexFormat.of().formatHex(event.transaction()))).containsExactly("event " + event.number());
        var key = chain.reader().keysByHint(keyHint("acme:box-20")).getFirst();
        assertThat(found(key.key().thumbprint().hex())).containsExactly("device device/acme:box-20");
        assertThat(found("nobody")).isEmpty();
        assertThat(found("ffffffff")).isEmpty();
    }

    @Test
    void events_are_found_by_their_type_or_a_word_of_it() throws Exception {
        assertThat(found("device-registered")).containsExactly("type device-registered");
        assertThat(found("revoked")).containsExactly("type device-key-revoked", "type grant-revoked");
        assertThat(found("Device registered")).containsExactly("type device-registered");
        var numbers = pages("/api/events?type=device-registered&limit=7", "events", "number");
        var expected = new ArrayList<Long>();
        for (long number = chain.reader().head().eventsSize() - 1; number >= 0; number--)
            if (chain.reader().event(number).orElseThrow().type() == EventType.DEVICE_REGISTERED) expected.add(number);
        assertThat(numbers).isEqualTo(expected).isNotEmpty();
        assertThat(get("/api/events?type=grant-revoked").get("events")).isEmpty();
        refused("/api/events?type=nothing", 400, "request.malformed");
        refused("/api/events?type=refused&subject=member/acme", 400, "request.malformed");
    }

    private byte[] keyHint(String device) {
        var record = chain.reader().device(io.thingstead.kit.model.DeviceId.of(device));
        return record.keys().getFirst().bytes();
    }

    @Test
    void a_member_that_has_only_the_newer_half_says_so_and_shows_that() throws Exception {
        long firstEvent = chain.reader().block(30).orElseThrow().firstEvent();
        forgetBefore(30);
        assertThat(pages("/api/blocks?limit=7", "blocks", "height")).isEqualTo(down(BLOCKS, 30));
        assertThat(pages("/api/events?limit=7", "events", "number"))
                .isEqualTo(down(chain.reader().head().eventsSize() - 1, firstEvent));
        assertThat(get("/api/blocks").get("first").longValue()).isEqualTo(30);
        assertThat(get("/api/events").get("first").longValue()).isEqualTo(firstEvent);
        assertThat(get("/api/blocks/30").at("/certificate/verified").booleanValue())
                .isTrue();
        refused("/api/blocks/29", 404, "request.not-found");
        refused("/api/events/" + (firstEvent - 1), 404, "request.not-found");
        assertThat(get("/api/events?subject=device/acme:box-12").get("events")).isEmpty();
        assertThat(found("12")).isEmpty();
        assertThat(found("ffffffff")).isEmpty();
    }

    @Test
    void every_parameter_has_its_bounds() throws Exception {
        for (String wrong : List.of(
                "/api/blocks?limit=0",
                "/api/blocks?limit=101",
                "/api/blocks?before=-1",
                "/api/blocks?before=9007199254740992",
                "/api/blocks/x",
                "/api/blocks/-1",
                "/api/events?limit=201",
                "/api/events?before=x",
                "/api/events?subject=nobody",
                "/api/events?subject=device/acme",
                "/api/events?subject=seen/00",
                "/api/events?subject=" + "x".repeat(300),
                "/api/events/1.5",
                "/api/find",
                "/api/find?q=",
                "/api/find?q=" + "x".repeat(201))) {
            refused(wrong, 400, "request.malformed");
        }
        refused("/api/blocks/51", 404, "request.not-found");
        refused("/api/blocks/0", 404, "request.not-found");
        refused("/api/events/9007199254740991", 404, "request.not-found");
    }

    @Test
    void random_questions_are_answered_and_never_with_a_server_error() throws Exception {
        Random random = Seeded.random(LedgerRoutesTest.class);
        String[] paths = {"/api/blocks", "/api/blocks/", "/api/events", "/api/events/", "/api/find"};
        String[] names = {"limit", "before", "subject", "q"};
        String[] values = {
            "0",
            "1",
            "-1",
            "9007199254740991",
            "9223372036854775808",
            "",
            "%00",
            "%F0%9F%98%80",
            "acme:box-2",
            "device/acme:box-2",
            "member/acme",
            "decision/1",
            "log/acme/1",
            "acme/999999999999999",
            "../..",
            "deadbeef",
            "00000000",
            "acme/0",
            ":",
            "/",
            "0x10"
        };
        for (int i = 0; i < 500; i++) {
            var path = new StringBuilder(paths[random.nextInt(paths.length)]);
            if (path.charAt(path.length() - 1) == '/') path.append(values[random.nextInt(values.length)]);
            path.append('?');
            for (int p = random.nextInt(4); p > 0; p--)
                path.append(names[random.nextInt(names.length)])
                        .append('=')
                        .append(values[random.nextInt(values.length)])
                        .append('&');
            var answer = ask(path.toString());
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(500);
        }
    }
}
