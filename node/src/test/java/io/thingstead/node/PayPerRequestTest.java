package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.agent.PaymentRequired;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An ordinary HTTP client pays a real node by the request (HTTP 402), and a cheating one does not get further.
class PayPerRequestTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final AccountId HOME = AccountId.of(Buyer.HOME);

    @TempDir
    Path folder;

    private Buyer buyer;
    private HttpClient http;
    private long channel;

    @BeforeEach
    void start() throws Exception {
        buyer = new Buyer(folder);
        http = HttpClient.newHttpClient();
        channel = channelTo(HOME);
    }

    @AfterEach
    void stop() {
        http.close();
        buyer.close();
    }

    /// With 5.00 in it.
    private long channelTo(AccountId payee) {
        var result = buyer.asks(new OpenChannel(
                buyer.account,
                payee,
                Buyer.EUR,
                500,
                buyer.wallet.key(),
                buyer.node.core().ledger().money().timeMs() + 86_400_000L,
                600_000));
        String subject = result.events().getFirst().subjects().getFirst();
        return Long.parseLong(subject, subject.indexOf('/') + 1, subject.length(), 10);
    }

    private String voucher(long number, long amount, boolean again) {
        return PaymentRequired.header(
                PaymentRequired.network(buyer.ledger()),
                number,
                new Voucher(number, amount).sign(buyer.ledger(), buyer.wallet),
                again);
    }

    private HttpResponse<String> get(String path, @Nullable String payment) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(buyer.node.page() + path));
        if (payment != null) request.header("X-PAYMENT", payment);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> pay(long amount) throws Exception {
        return get(Buyer.SOLD, voucher(channel, amount, false));
    }

    private HttpResponse<String> payAgain(long amount) throws Exception {
        return get(Buyer.SOLD, voucher(channel, amount, true));
    }

    private static JsonNode settled(HttpResponse<String> answer) throws Exception {
        String header = answer.headers().firstValue("X-PAYMENT-RESPONSE").orElseThrow();
        return JSON.readTree(Base64.getDecoder().decode(header));
    }

    private static void refused(HttpResponse<String> answer, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("code").asText()).isEqualTo(code);
        assertThat(body.path("accepts")).hasSize(1);
        JsonNode came = settled(answer);
        assertThat(came.path("success").asBoolean()).isFalse();
        assertThat(came.path("errorReason").asText()).isEqualTo(code);
        assertThat(came.path("transaction").asText()).isEmpty();
    }

    private void measure(double value) throws Exception {
        buyer.box.send(Buyer.reading(value));
        while (buyer.node.seriesBehind() > 0) Thread.sleep(5);
    }

    @Test
    void how_to_pay_is_said_as_x402_has_it_and_what_is_not_sold_stays_closed() throws Exception {
        var answer = get(Buyer.SOLD + "&points=5", null);
        assertThat(answer.statusCode()).isEqualTo(402);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("x402Version").asInt()).isEqualTo(1);
        assertThat(body.path("error").asText()).isNotBlank();
        JsonNode way = body.at("/accepts/0");
        assertThat(way.path("scheme").asText()).isEqualTo("batch-settlement");
        assertThat(way.path("network").asText())
                .isEqualTo("thingstead:" + buyer.ledger().hex().substring(0, 32));
        assertThat(way.path("maxAmountRequired").asText()).isEqualTo("5");
        assertThat(way.path("payTo").asText()).isEqualTo("member/home");
        assertThat(way.path("asset").asText()).isEqualTo("home:EUR");
        assertThat(way.path("resource").asText()).isEqualTo("https://node.home.example/" + Buyer.SOLD + "&points=5");
        assertThat(way.path("maxTimeoutSeconds").asInt()).isPositive();
        assertThat(way.path("description").asText()).isNotBlank();
        assertThat(way.path("mimeType").asText()).isEqualTo("application/json");
        assertThat(way.at("/extra/ledger").asText()).isEqualTo(buyer.ledger().hex());
        for (String closed : List.of(
                "api/series?device=home:box&name=humidity",
                "api/series?device=home:box",
                "api/series?device=home:box&name=temperature&name=humidity",
                "api/readings",
                "api/node",
                "api/offers")) {
            assertThat(get(closed, null).statusCode()).as(closed).isEqualTo(401);
            assertThat(get(closed, voucher(channel, 5, false)).statusCode())
                    .as(closed)
                    .isEqualTo(401);
        }
        assertThat(pay(5).statusCode()).isEqualTo(200);
    }

    @Test
    void each_voucher_pays_for_one_answer() throws Exception {
        for (long paid = 5; paid <= 50; paid += 5) {
            var answer = pay(paid);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(JSON.readTree(answer.body()).at("/mean/0").asDouble()).isEqualTo(21.5);
            JsonNode came = settled(answer);
            assertThat(came.path("success").asBoolean()).isTrue();
            assertThat(came.path("transaction").asText()).matches("[0-9a-f]{64}");
            assertThat(came.path("payer").asText()).isEqualTo(buyer.account.value());
            assertThat(came.path("paid").asLong()).isEqualTo(paid);
        }
        // More than the price is a gift.
        assertThat(settled(pay(100)).path("paid").asLong()).isEqualTo(100);
    }

    @Test
    void payments_that_are_none_are_refused_with_a_code_and_asked_for_again() throws Exception {
        assertThat(pay(5).statusCode()).isEqualTo(200);
        refused(pay(5), "payment.replayed");
        refused(pay(4), "payment.replayed");
        refused(pay(9), "payment.too-little");
        refused(pay(501), "voucher.invalid");
        refused(get(Buyer.SOLD, voucher(channel + 40, 50, false)), "channel.unknown");
        assertThat(buyer.node.core().registrar().ask(List.of(RegisterDevice.withToken(DeviceId.of("home:lamp")))))
                .isEmpty();
        long foreign = channelTo(AccountId.of(DeviceId.of("home:lamp")));
        refused(get(Buyer.SOLD, voucher(foreign, 50, false)), "channel.foreign");
        SigningKey thief = SigningKey.generate(Algorithm.ED25519);
        String forged = PaymentRequired.header(
                PaymentRequired.network(buyer.ledger()),
                channel,
                new Voucher(channel, 50).sign(buyer.ledger(), thief),
                false);
        refused(get(Buyer.SOLD, forged), "voucher.invalid");
        for (String malformed : List.of(
                "",
                "%%%",
                encoded("[]"),
                encoded("{\"x402Version\":2}"),
                encoded("{\"x402Version\":1,\"scheme\":\"exact\"}"),
                encoded("{\"x402Version\":1,\"scheme\":\"batch-settlement\",\"network\":\"thingstead:"
                        + buyer.ledger().hex().substring(0, 32) + "\",\"payload\":{\"channel\":-1}}"),
                "A".repeat(5_000))) {
            var answer = get(Buyer.SOLD, malformed);
            assertThat(answer.statusCode()).as(malformed).isEqualTo(400);
            assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo("payment.malformed");
        }
        assertThat(pay(10).statusCode()).isEqualTo(200);
    }

    private static String encoded(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_not_answered_is_not_paid() throws Exception {
        var wrong = get(Buyer.SOLD + "&points=0", voucher(channel, 5, false));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.headers().firstValue("X-PAYMENT-RESPONSE")).isEmpty();
        assertThat(pay(5).statusCode()).isEqualTo(200);
    }

    @Test
    void what_was_paid_is_answered_again_with_the_same_bytes_and_nothing_newer() throws Exception {
        var first = pay(5);
        measure(99);
        var again = payAgain(5);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(settled(again).path("paid").asLong()).isEqualTo(5);
        refused(get(Buyer.SOLD + "&points=7", voucher(channel, 5, true)), "payment.replayed");
        refused(payAgain(4), "payment.replayed");
        // What was not paid yet is a payment as any other.
        assertThat(settled(payAgain(10)).path("paid").asLong()).isEqualTo(10);
    }

    @Test
    void a_node_that_crashed_before_its_answer_left_answers_once_more_and_takes_nothing_twice() throws Exception {
        assertThat(pay(5).statusCode()).isEqualTo(200);
        buyer.restart();
        // It was kept: it does not pay for anything new.
        refused(pay(5), "payment.replayed");
        var again = payAgain(5);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(settled(again).path("paid").asLong()).isEqualTo(5);
        assertThat(payAgain(5).body()).isEqualTo(again.body());
        refused(pay(9), "payment.too-little");
        assertThat(settled(pay(10)).path("paid").asLong()).isEqualTo(10);
    }

    @Test
    void of_many_requests_at_once_with_one_voucher_one_is_answered() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 12; i++) asked.add(() -> pay(5));
            long answered = 0;
            for (var each : threads.invokeAll(asked)) {
                var answer = each.get();
                if (answer.statusCode() == 200) answered++;
                else refused(answer, "payment.replayed");
            }
            assertThat(answered).isEqualTo(1);
        }
    }

    @Test
    void when_the_payer_closes_the_node_collects_what_it_was_given_and_no_more() throws Exception {
        Random random = new Random(5);
        long given = 0;
        for (int i = 0; i < 20; i++) {
            given += 5 + random.nextInt(3);
            assertThat(pay(given).statusCode()).isEqualTo(200);
            if (i % 7 == 3) buyer.restart();
        }
        long before = buyer.balance(buyer.account);
        long homeBefore = buyer.balance(HOME);
        buyer.asks(new CloseChannel(channel, new Voucher(channel, 5).sign(buyer.ledger(), buyer.wallet)));
        refused(pay(given + 5), "channel.closing");
        while (buyer.node.core().ledger().money().channel(channel).isPresent()) Thread.sleep(50);
        assertThat(buyer.balance(HOME) - homeBefore).isEqualTo(given);
        assertThat(buyer.balance(buyer.account) - before).isEqualTo(500 - given);
        refused(pay(given + 5), "channel.unknown");
    }
}
