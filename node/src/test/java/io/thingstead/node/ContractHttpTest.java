package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.openapi.DocumentedAnswers;
import io.thingstead.node.view.SigningDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What programs and pages are told of contracts over HTTP, at a whole node: what waits for this member, what it was
/// shown, what a dry run comes to.
class ContractHttpTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TEXT = """
            thingstead: contract/1
            title: Warm room
            about: The room is heated for the guest; once it is warm the host is paid.
            parties:
              guest: {role: pays, account: member/home}
              host: {role: heats, account: "device/home:heater"}
            terms:
              room: {type: device, held_by: guest, value: "home:room"}
              temperature: {type: stream, device: room, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.5"}
              price: {type: money, asset: "home:EUR", value: "3.00"}
              tip: {type: money, asset: "home:EUR", value: "0.50"}
              time: {type: duration, value: 1 h}
              rest: {type: duration, value: 10 min}
            deposits:
              pot: {by: guest, amount: price}
              back: {by: host, amount: tip}
            pause: {by: guest, at_most: rest}
            start: heating
            states:
              heating:
                means: The room is being heated.
                on:
                  is_warm:
                    evidence: temperature
                    when: temperature >= warm
                    effects: [{pay: price, from: pot, to: host}]
                    go: thanks
                  given_up: {signature: [guest, host], effects: [{release: pot}, {release: back}], go: cold}
                demand:
                  - {stream: temperature, within: rest, missing: {effects: [{pay: price, from: pot, to: host}, {release: back}], go: paid}}
                deadline: time
                otherwise: {effects: [{release: pot}, {release: back}], go: cold}
              thanks:
                means: The host may give something back.
                on:
                  gives: {payment: back, amount: tip, effects: [{release: back, to: guest}], go: paid}
                deadline: rest
                otherwise: {effects: [{release: back}], go: paid}
              paid: {means: The host is paid., end: true}
              cold: {means: It did not get warm., end: true}
            """;

    @TempDir
    private static Path folder;

    private static Node node;
    private static HttpClient http;
    private static SigningDevice room;

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
        http = HttpClient.newHttpClient();
        assertThat(node.core()
                        .registrar()
                        .ask(List.of(
                                RegisterDevice.withToken(DeviceId.of("home:heater")),
                                RegisterDevice.withToken(DeviceId.of("home:attic")))))
                .isEmpty();
        room = SigningDevice.registered(node.core(), "room");
        ask(200, "/api/assets", Map.of("code", "EUR", "decimals", 2));
        ask(200, "/api/assets/home:EUR/issue", Map.of("amount", "100.00"));
        ask(200, "/api/transfers", Map.of("to", "device/home:heater", "asset", "home:EUR", "amount", "10.00"));
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static JsonNode ask(int status, String path, Object body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.page()).resolve(path));
        if (body != null) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        }
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(String path) throws Exception {
        return ask(200, path, null);
    }

    private static List<String> texts(JsonNode nodes) {
        List<String> texts = new ArrayList<>();
        nodes.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static long drafted(String room) throws Exception {
        JsonNode done = ask(200, "/api/contracts", Map.of("text", TEXT, "values", Map.of("room", room)));
        return texts(done.at("/events/0/subjects")).stream()
                .filter(subject -> subject.startsWith("contract/"))
                .mapToLong(subject -> Long.parseLong(subject.substring("contract/".length())))
                .findFirst()
                .orElseThrow();
    }

    private static long running(String room) throws Exception {
        long number = drafted(room);
        String agreement = get("/api/contracts/" + number).path("agreement").asText();
        ask(200, "/api/contracts/" + number + "/sign", Map.of("agreement", agreement));
        return number;
    }

    private static JsonNode way(JsonNode contract, String name) {
        return contract.path("ways")
                .valueStream()
                .filter(way -> way.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode inList(long number) throws Exception {
        return get("/api/contracts")
                .path("contracts")
                .valueStream()
                .filter(contract -> contract.path("number").asLong() == number)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_draft_waits_for_the_signatures_of_this_members_parties() throws Exception {
        JsonNode listed = inList(drafted("home:room"));
        assertThat(listed.path("status").asText()).isEqualTo("draft");
        assertThat(texts(listed.path("unsigned"))).containsExactly("guest", "host");
        assertThat(listed.path("waits").findValuesAsText("kind")).containsExactly("sign", "sign");
        assertThat(listed.at("/waits/0/words").asText()).isEqualTo("sign it as guest");
    }

    @Test
    void a_check_tells_roles_and_terms_for_a_form_also_where_it_is_not_sound() throws Exception {
        JsonNode checked = ask(200, "/api/contract-checks", Map.of("text", TEXT.replace("go: cold", "go: warm")));
        assertThat(checked.path("sound").asBoolean()).isFalse();
        assertThat(checked.path("roles").findValuesAsText("account"))
                .containsExactly("member/home", "device/home:heater");
        assertThat(checked.at("/terms/1/reading").asText()).isEqualTo("temperature");
        assertThat(checked.at("/terms/2/value").asText()).isEqualTo("20.5");
    }

    @Test
    void a_running_contract_says_who_may_do_what_and_what_it_was_shown_and_paid() throws Exception {
        long number = running("home:room");
        JsonNode contract = get("/api/contracts/" + number);
        assertThat(contract.path("otherwise").asText()).contains("what is left of “pot” goes back to guest");
        assertThat(contract.path("dueByClockMs").asLong()).isGreaterThan(System.currentTimeMillis());
        assertThat(way(contract, "is_warm").path("when").asText()).startsWith("When signed readings “temperature”");
        assertThat(texts(way(contract, "is_warm").path("may"))).isEmpty();
        assertThat(texts(way(contract, "given_up").path("may"))).containsExactly("guest", "host");
        assertThat(texts(contract.at("/demands/0/may"))).containsExactly("guest", "host");
        assertThat(texts(contract.at("/pause/mayPause"))).containsExactly("guest");
        assertThat(contract.at("/streams/0/own").asBoolean()).isTrue();

        ask(200, "/api/contracts/" + number + "/steps", Map.of("kind", "sign", "way", "given_up", "party", "host"));
        contract = get("/api/contracts/" + number);
        assertThat(texts(way(contract, "given_up").path("signed"))).containsExactly("host");
        assertThat(texts(way(contract, "given_up").path("may"))).containsExactly("guest");

        ask(200, "/api/contracts/" + number + "/steps", Map.of("kind", "pause"));
        contract = get("/api/contracts/" + number);
        assertThat(contract.at("/pause/sinceMs").asLong()).isPositive();
        assertThat(texts(contract.at("/pause/mayResume"))).containsExactly("guest");
        assertThat(texts(way(contract, "given_up").path("may"))).isEmpty();
        assertThat(texts(contract.at("/demands/0/may"))).isEmpty();
        ask(200, "/api/contracts/" + number + "/steps", Map.of("kind", "resume"));

        room.send(Measurement.of("temperature", "Cel", 19.5, System.currentTimeMillis()));
        long index = room.send(Measurement.of("temperature", "Cel", 21.25, System.currentTimeMillis()));
        contract = until(number, "thanks");
        assertThat(contract.path("history").findValuesAsText("way"))
                .hasSize(4)
                .startsWith("is_warm")
                .endsWith("given_up");
        JsonNode step = contract.at("/history/0");
        assertThat(step.path("party").asText()).isEqualTo("guest");
        assertThat(step.at("/paid/0/amount").asText()).isEqualTo("3.00 home:EUR");
        assertThat(step.at("/paid/0/account").asText()).isEqualTo("device/home:heater");
        assertThat(texts(step.path("done"))).containsExactly("paid 3.00 home:EUR to host");
        assertThat(contract.at("/streams/0/lastFrame").asLong()).isEqualTo(room.n());

        String evidence =
                "/api/contracts/" + number + "/evidence/" + step.path("event").asLong();
        JsonNode shown = get(evidence);
        assertThat(shown.path("commitment").asText())
                .isEqualTo(step.path("shown").asText());
        assertThat(shown.at("/frames/0/device").asText()).isEqualTo("home:room");
        assertThat(shown.at("/frames/0/index").asLong()).isEqualTo(index);
        assertThat(shown.at("/frames/0/readings/0/value").asDouble()).isEqualTo(21.25);
        var answers =
                new DocumentedAnswers(http, node.page().substring(0, node.page().length() - 1));
        for (String path : List.of("/api/contracts", "/api/contracts/" + number, evidence)) {
            assertThat(answers.get(path).statusCode()).isEqualTo(200);
        }
        assertThat(ask(404, "/api/contracts/" + number + "/evidence/0", null)
                        .path("code")
                        .asText())
                .isEqualTo("request.not-found");

        assertThat(inList(number).at("/waits/0/words").asText())
                .isEqualTo("may pay 0.50 home:EUR into “back” (“gives”)");
        ask(200, "/api/contracts/" + number + "/steps", Map.of("kind", "pay", "way", "gives", "party", "host"));
        contract = until(number, "paid");
        assertThat(contract.path("status").asText()).isEqualTo("ended");
        assertThat(contract.path("waits")).isEmpty();
        assertThat(contract.path("ways")).isEmpty();
        assertThat(contract.at("/held/0/amount").asText()).isEqualTo("0.00 home:EUR");
    }

    private static Summary minute(long first, double least, double most) {
        long now = System.currentTimeMillis();
        return new Summary("temperature", "Cel", least, most, now - 900, now, first, first + 59);
    }

    @Test
    void a_summary_leads_a_contract_on_and_what_is_demanded_is_delivered_by_summaries() throws Exception {
        SigningDevice loft = SigningDevice.registered(node.core(), "loft");
        loft.send(minute(1, 17, 18).measurements());
        long number = running("home:loft");
        JsonNode contract = get("/api/contracts/" + number);
        long since = contract.path("sinceMs").asLong();
        Thread.sleep(1_000);
        loft.send(minute(61, 18, 20.4).measurements());
        loft.send(Measurement.of("temperature", "Cel", 20.4, System.currentTimeMillis()));
        ask(
                200,
                "/api/contracts/" + number + "/demands",
                Map.of("stream", "temperature", "fromMs", since, "toMs", since + 500, "party", "host"));
        contract =
                within(number, it -> !it.has("demanded") || it.path("demanded").isNull());
        assertThat(contract.at("/history/0/way").asText()).isEqualTo("readings delivered");
        assertThat(contract.path("state").asText()).isEqualTo("heating");

        long index = loft.send(minute(122, 20.6, 22).measurements());
        contract = until(number, "thanks");
        JsonNode shown = get("/api/contracts/" + number + "/evidence/"
                + contract.at("/history/0/event").asLong());
        assertThat(shown.at("/frames/0/index").asLong()).isEqualTo(index);
        assertThat(shown.at("/frames/0/readings").findValuesAsText("name"))
                .containsExactly("temperature/min", "temperature/max", "temperature/first", "temperature/last");
    }

    private static JsonNode until(long number, String state) throws Exception {
        return within(number, contract -> contract.path("state").asText().equals(state));
    }

    private static JsonNode within(long number, Predicate<JsonNode> wanted) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        JsonNode contract = get("/api/contracts/" + number);
        while (!wanted.test(contract) && System.nanoTime() < until) {
            Thread.sleep(100);
            contract = get("/api/contracts/" + number);
        }
        assertThat(wanted.test(contract)).as("%s", contract).isTrue();
        return contract;
    }

    @Test
    void a_demand_that_is_open_says_who_is_to_deliver_what_until_when() throws Exception {
        long number = running("home:attic");
        long since = get("/api/contracts/" + number).path("sinceMs").asLong();
        ask(
                200,
                "/api/contracts/" + number + "/demands",
                Map.of("stream", "temperature", "fromMs", since, "toMs", since, "party", "host"));
        JsonNode contract = get("/api/contracts/" + number);
        assertThat(contract.at("/demanded/party").asText()).isEqualTo("host");
        assertThat(contract.at("/demanded/holder").asText()).isEqualTo("guest");
        assertThat(contract.at("/demanded/own").asBoolean()).isTrue();
        assertThat(contract.path("waits").findValuesAsText("kind")).contains("deliver");
        assertThat(texts(contract.at("/demands/0/may"))).isEmpty();
    }

    @Test
    void a_dry_run_on_lines_ends_as_the_contract_says_with_who_gets_what() throws Exception {
        long began = 1_800_000_000_000L;
        JsonNode ran = ask(
                200,
                "/api/contract-dry-runs",
                Map.of(
                        "text",
                        TEXT,
                        "readings",
                        List.of(line(began, 19), line(began + 60_000, 20.5)),
                        "signatures",
                        List.of(Map.of("timeMs", began + 120_000, "party", "host", "way", "gives"))));
        assertThat(ran.path("steps").findValuesAsText("words"))
                .containsExactly(
                        "all parties have signed", "readings of frames 2 to 2 show “is_warm”", "host pays “gives”");
        assertThat(ran.path("state").asText()).isEqualTo("paid");
        assertThat(ran.path("ended").asBoolean()).isTrue();
        assertThat(ran.path("sums").findValuesAsText("balance")).containsExactly("-2.00 home:EUR", "2.00 home:EUR");
        assertThat(ran.path("readings").asLong()).isEqualTo(2);
    }

    private static Map<String, Object> line(long timeMs, double celsius) {
        return Map.of("timeMs", timeMs, "device", "home:room", "name", "temperature", "unit", "Cel", "value", celsius);
    }

    @Test
    void a_dry_run_takes_what_this_member_has_of_the_span_and_says_what_others_have() throws Exception {
        SigningDevice measured = SigningDevice.registered(node.core(), "cellar");
        long began = 1_700_000_000_000L;
        for (int minute = 0; minute < 3; minute++) {
            measured.send(Measurement.of("temperature", "Cel", 19 + minute, began + minute * 60_000L));
        }
        while (node.seriesBehind() > 0) {
            Thread.sleep(20);
        }
        Map<String, Object> asked = Map.of(
                "text", TEXT, "values", Map.of("room", "home:cellar"), "fromMs", began, "toMs", began + 3_600_000);
        JsonNode ran = ask(200, "/api/contract-dry-runs", asked);
        assertThat(ran.path("readings").asLong()).isEqualTo(3);
        assertThat(ran.at("/steps/1/words").asText()).isEqualTo("readings of frames 3 to 3 show “is_warm”");
        JsonNode elsewhere = ask(
                200,
                "/api/contract-dry-runs",
                Map.of("text", TEXT, "values", Map.of("room", "acme:box"), "fromMs", began, "toMs", began + 1));
        assertThat(texts(elsewhere.path("elsewhere"))).containsExactly("acme:box");
        assertThat(elsewhere.path("state").asText()).isEqualTo("cold");
    }

    @Test
    void a_dry_run_refuses_what_makes_no_sense_with_a_code() throws Exception {
        assertThat(ask(400, "/api/contract-dry-runs", Map.of("text", "a: b"))
                        .path("code")
                        .asText())
                .isEqualTo("contract.unsound");
        for (Map<String, Object> more : List.<Map<String, Object>>of(
                Map.of("readings", List.of(line(1, 2)), "fromMs", 1),
                Map.of("readings", List.of(Map.of("timeMs", 1, "name", "t", "value", 1))),
                Map.of("readings", List.of(Map.of("timeMs", -1, "device", "home:room", "name", "t", "value", 1))),
                Map.of("signatures", List.of(Map.of("timeMs", 1, "party", "Guest", "way", "gives"))),
                Map.of("fromMs", 5, "toMs", 5),
                Map.of("startMs", -1))) {
            Map<String, Object> asked = new TreeMap<>(more);
            asked.put("text", TEXT);
            assertThat(ask(400, "/api/contract-dry-runs", asked).path("code").asText())
                    .as("%s", more)
                    .isEqualTo("request.malformed");
        }
    }
}
