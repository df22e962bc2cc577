package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.agent.Agent;
import io.thingstead.kit.agent.AgentBook;
import io.thingstead.kit.agent.FoundOffer;
import io.thingstead.kit.agent.HostNode;
import io.thingstead.kit.agent.SpendingLimit;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java kit's agent against a real node, with nobody at either end: offers found, requests paid, contracts taken,
/// and nothing signed over its limits.
class AgentTest {
    private static final AccountId HOME = AccountId.of(Buyer.HOME);

    @TempDir
    Path folder;

    private Buyer buyer;
    private HttpClient http;
    private long nowMs = System.currentTimeMillis();

    @BeforeEach
    void start() throws Exception {
        buyer = new Buyer(folder);
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        buyer.close();
    }

    /// As after a start of its program.
    private Agent agent(long perDay, long atOnce) throws Exception {
        return new Agent(
                http,
                new HostNode(http, URI.create(buyer.node.page()), buyer.adminToken()),
                buyer.wallet,
                AgentBook.open(folder.resolve("book")),
                List.of(new SpendingLimit(Buyer.EUR, perDay, atOnce, 40)),
                () -> nowMs);
    }

    private URI sold() {
        return URI.create(buyer.node.page() + Buyer.SOLD);
    }

    private static Refusal refusal(Result<?> result) {
        return ((Result.No<?>) result).refused().code();
    }

    private static String body(Result<HttpResponse<byte[]>> answer) {
        assertThat(answer.orThrow().statusCode()).isEqualTo(200);
        return new String(answer.orThrow().body(), StandardCharsets.UTF_8);
    }

    @Test
    void it_finds_what_is_sold_pays_for_it_and_what_it_paid_is_the_sum_of_its_vouchers() throws Exception {
        Agent agent = agent(1_000, 10);
        FoundOffer offer = agent.find(FoundOffer.Search.of("data").atMost("0.05", Buyer.EUR))
                .orThrow()
                .getFirst();
        assertThat(offer.price()).isEqualTo(5);
        assertThat(offer.url()).isEqualTo("https://node.home.example/" + Buyer.SOLD);
        assertThat(agent.find(FoundOffer.Search.of("data").atMost("0.04", Buyer.EUR))
                        .orThrow())
                .isEmpty();
        long home = buyer.balance(HOME);
        for (int i = 0; i < 30; i++) {
            // With 0.40 a channel it puts more into it on the way; and its program starts anew now and then.
            if (i % 10 == 5) agent = agent(1_000, 10);
            assertThat(body(agent.get(sold()))).contains("21.5");
        }
        assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(150);
        assertThat(agent.close().orThrow()).isEqualTo(1);
        while (!buyer.node.core().ledger().money().channels(buyer.account).isEmpty()) Thread.sleep(50);
        assertThat(buyer.balance(HOME) - home).isEqualTo(150);
        assertThat(buyer.balance(buyer.account)).isEqualTo(2_000 - 150);
    }

    @Test
    void nothing_is_signed_over_its_limits() throws Exception {
        assertThat(refusal(agent(1_000, 4).get(sold()))).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(buyer.node.core().ledger().money().channels(buyer.account)).isEmpty();
        Agent agent = agent(12, 5);
        body(agent.get(sold()));
        body(agent.get(sold()));
        assertThat(refusal(agent.get(sold()))).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(refusal(agent(12, 5).get(sold()))).isEqualTo(Refusal.LIMIT_OVER);
        nowMs += 86_400_000L;
        body(agent(12, 5).get(sold()));
        Agent none = new Agent(
                http,
                new HostNode(http, URI.create(buyer.node.page()), buyer.adminToken()),
                buyer.wallet,
                AgentBook.open(folder.resolve("other")),
                List.of(),
                () -> nowMs);
        assertThat(refusal(none.get(sold()))).isEqualTo(Refusal.LIMIT_UNKNOWN);
    }

    @Test
    void an_answer_that_is_lost_comes_again_and_is_paid_once() throws Exception {
        try (LosingProxy network = new LosingProxy(buyer.node.page())) {
            Agent agent = agent(1_000, 10);
            URI there = URI.create(network.url() + Buyer.SOLD);
            body(agent.get(there));
            network.toLose.set(1);
            assertThat(body(agent.get(there))).isEqualTo(network.lostFirst);
            assertThat(network.lost).hasValue(1);
            network.lost.set(0);
            assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(10);
            // Lost until the program ends; started again it gets what it paid for.
            network.toLose.set(50);
            try {
                var _ = agent.get(there);
            } catch (java.io.IOException _) {
                // As expected.
            }
            network.toLose.set(0);
            assertThat(network.lost.get()).isPositive();
            assertThat(body(agent(1_000, 10).get(there))).isEqualTo(network.lostFirst);
            assertThat(agent(1_000, 10).spentToday(Buyer.EUR)).isEqualTo(15);
            assertThat(body(agent(1_000, 10).get(there))).isNotEqualTo(network.lostFirst);
            assertThat(agent(1_000, 10).spentToday(Buyer.EUR)).isEqualTo(20);
        }
    }

    @Test
    void a_node_that_starts_anew_in_between_takes_and_loses_nothing() throws Exception {
        Agent agent = agent(1_000, 10);
        for (int i = 1; i <= 6; i++) {
            body(agent.get(sold()));
            if (i % 2 == 0) {
                buyer.restart();
                agent = agent(1_000, 10);
            }
            assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(5L * i);
        }
    }

    @Test
    void a_new_price_is_paid_where_the_limits_allow_it() throws Exception {
        Agent agent = agent(1_000, 10);
        body(agent.get(sold()));
        buyer.happens(new io.thingstead.node.ledger.action.WithdrawOffer(1), buyer.offer(9));
        body(agent.get(sold()));
        assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(14);
        buyer.happens(new io.thingstead.node.ledger.action.WithdrawOffer(2), buyer.offer(11));
        assertThat(refusal(agent.get(sold()))).isEqualTo(Refusal.LIMIT_OVER);
        // What was signed at the price before counts, whether the seller took it or not.
        assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(23);
        assertThat(refusal(agent.get(sold()))).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(23);
    }

    @Test
    void it_takes_an_offer_by_contract_and_the_money_goes_where_it_says() throws Exception {
        String text = """
            thingstead: contract/1
            title: Wash
            about: Whoever washes is paid.
            parties: {guest: {role: pays}, host: {role: is paid}}
            terms:
              price: {type: money, asset: "home:EUR", value: "2.50"}
              time: {type: duration, value: 1 h}
              programme: {type: text, value: warm}
            deposits:
              pot: {by: guest, amount: price}
            start: open
            states:
              open:
                means: The machine is kept.
                deadline: time
                otherwise: {effects: [{release: pot}], go: unused}
                on:
                  washed: {signature: guest, effects: [{pay: price, from: pot, to: host}], go: done}
              done: {means: Washed., end: true}
              unused: {means: Not washed., end: true}
            """;
        String body = "{\"kind\":\"laundry\",\"asset\":\"home:EUR\",\"price\":\"2.50\",\"per\":\"{wash}\","
                + "\"forMs\":86400000,\"places\":1,\"party\":\"host\",\"open\":[\"programme\"],\"text\":"
                + new com.fasterxml.jackson.databind.json.JsonMapper().writeValueAsString(text) + "}";
        var published = http.send(
                HttpRequest.newBuilder(URI.create(buyer.node.page() + "api/offers"))
                        .header("Authorization", "Bearer " + buyer.adminToken())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(published.statusCode()).as(published.body()).isEqualTo(200);
        Agent agent = agent(1_000, 300);
        FoundOffer offer = agent.find(FoundOffer.Search.of("laundry")).orThrow().getFirst();
        assertThat(offer.url()).isNull();
        assertThat(refusal(agent(1_000, 249).take(offer.number(), Map.of()))).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(refusal(agent.take(offer.number(), Map.of("price", "0.01")))).isEqualTo(Refusal.OFFER_OTHER);
        long contract = agent.take(offer.number(), Map.of("programme", "cold")).orThrow();
        assertThat(buyer.balance(buyer.account)).isEqualTo(1_750);
        assertThat(agent.find(FoundOffer.Search.of("laundry")).orThrow()).isEmpty();
        assertThat(agent.agree(contract, "guest", "washed").isOk()).isTrue();
        assertThat(buyer.balance(HOME)).isEqualTo(250);
        assertThat(agent.spentToday(Buyer.EUR)).isEqualTo(250);
        assertThat(agent.find(FoundOffer.Search.of("laundry")).orThrow()).hasSize(1);
    }
}
