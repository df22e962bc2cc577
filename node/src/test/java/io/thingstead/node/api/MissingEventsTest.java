package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.node.api.StatusJson.MissingJson;
import io.thingstead.node.history.Absence;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.storage.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The explorer at a member that was away and has not fetched yet what happened meanwhile.
class MissingEventsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final Absence absence = new Absence(new MemoryStore());
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final EventSpan gap;
    private final long lastBefore;

    MissingEventsTest() {
        absence.readings(10);
        absence.follow();
        lastBefore = absence.away.info().height();
        absence.readings(20);
        absence.comeBack();
        absence.readings(10);
        absence.follow();
        gap = absence.away.history().missing().getFirst();
        var ledger = absence.away.reader();
        server = HttpServer.start(
                "127.0.0.1",
                0,
                List.of(
                        new BlockRoutes(ledger, new Signatures(ledger))::register,
                        new EventRoutes(ledger)::register,
                        new FindRoutes(ledger, List.of())::register),
                Access.ofThisMachine(),
                new HttpCounters(new SimpleMeterRegistry()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        absence.close();
    }

    private JsonNode get(String path, int status) throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    @Test
    void pages_go_over_the_gap_and_say_what_is_missing() throws Exception {
        long size = absence.away.reader().head().eventsSize();
        for (int limit : new int[] {1, 7, 200}) {
            var all = new ArrayList<Long>();
            var next = "";
            do {
                JsonNode page = get("/api/events?limit=" + limit + next, 200);
                assertThat(page.at("/missing/0/from").longValue()).isEqualTo(gap.from());
                assertThat(page.at("/missing/0/to").longValue()).isEqualTo(gap.to());
                assertThat(page.get("events")).as("no empty page").isNotEmpty();
                page.get("events").forEach(event -> all.add(event.get("number").longValue()));
                next = page.has("next") ? "&before=" + page.get("next").longValue() : "";
            } while (!next.isEmpty());
            var held = LongStream.concat(LongStream.range(0, gap.from()), LongStream.range(gap.to(), size));
            assertThat(all.reversed()).isEqualTo(held.boxed().toList());
        }
    }

    @Test
    void each_event_block_and_search_has_an_answer() throws Exception {
        long size = absence.away.reader().head().eventsSize();
        for (long number = 0; number < size; number++) {
            boolean held = number < gap.from() || number >= gap.to();
            JsonNode answer = get("/api/events/" + number, held ? 200 : 404);
            if (!held) {
                assertThat(answer.get("detail").textValue()).contains("not held here yet");
            }
        }
        long height = absence.away.reader().head().height();
        for (long at = 1; at <= height; at++) {
            boolean held = absence.away.blocks().block(at).isPresent();
            JsonNode block = get("/api/blocks/" + at, held ? 200 : 404);
            if (held) {
                assertThat(block.get("eventCount").longValue())
                        .isEqualTo(
                                absence.chain.reader().block(at).orElseThrow().events());
            }
        }
        assertThat(get("/api/blocks/" + lastBefore, 200).get("events")).hasSize(1);
        get("/api/find?q=" + gap.from(), 200);
        get("/api/find?q=ffffffff", 200);
        get("/api/events?subject=device/acme:beside-20", 200);
    }

    @Test
    void the_status_says_what_is_being_fetched() {
        MissingJson missing = MissingJson.of(List.of(new EventSpan(0, 12_000), new EventSpan(15_000, 15_001)));
        assertThat(missing.events()).isEqualTo(12_001);
        assertThat(missing.words())
                .isEqualTo("events 0 to 11999, 15000 to 15000 are being fetched from the other members");
        assertThat(MissingJson.of(List.of())).isNull();
    }
}
