package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.Transfer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Money over HTTP at a real member: moved by its node, looked at, taken out for book-keepers and banks.
class MoneyRoutesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final AssetId EUR = AssetId.of("home:EUR");
    private static final AccountId HOME = AccountId.of(new MemberId("home"));

    @TempDir
    Path folder;

    private PartialNode node;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        node = new PartialNode(folder.resolve("node"), 0, "the-administrators-token");
        http = HttpClient.newHttpClient();
        assertThat(node.core.registrar().ask(List.of(RegisterDevice.withToken(DeviceId.of("home:car")))))
                .isEmpty();
        done("/api/assets", "{'code': 'EUR', 'decimals': 2}");
        done("/api/assets/home:EUR/issue", "{'amount': '1000.00'}");
    }

    @AfterEach
    void stop() {
        http.close();
        node.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(node.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(node.url() + path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// What the ledger says happened.
    private String done(String path, String body) throws Exception {
        var answer = post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).at("/events/0/words").asText();
    }

    private JsonNode json(String path) throws Exception {
        var answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static void refused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo(code);
    }

    private LedgerId ledger() {
        return node.core.registrar().ledger();
    }

    private SigningKey wallet() throws Exception {
        SigningKey wallet = SigningKey.generate(Algorithm.ES256);
        done(
                "/api/wallets",
                "{'key': '%s', 'possession': '%s'}"
                        .formatted(
                                Base64Url.encode(wallet.key().coseKey()),
                                Base64Url.encode(Possession.sign("home#wallet", ledger(), wallet))));
        return wallet;
    }

    @Test
    void what_was_paid_shows_in_both_accounts() throws Exception {
        assertThat(done("/api/transfers", "{'to': 'device/home:car', 'asset': 'home:EUR', 'amount': '12.5'}"))
                .isEqualTo("home paid 12.50 home:EUR to home:car");
        JsonNode car = json("/api/accounts/device/home:car");
        assertThat(car.at("/balances/0/available").asText()).isEqualTo("12.50");
        assertThat(car.at("/history/0/words").asText()).isEqualTo("home paid 12.50 home:EUR to home:car");
        assertThat(json("/api/accounts/member/home").at("/balances/0/amount").asText())
                .isEqualTo("987.50");
        assertThat(json("/api/assets").at("/assets/0/issued").asText()).isEqualTo("1000.00");
        done("/api/assets/home:EUR/redeem", "{'amount': '7.50'}");
        assertThat(json("/api/assets").at("/assets/0/issued").asText()).isEqualTo("992.50");
        assertThat(json("/api/events?subject=asset/home:EUR").path("events")).hasSize(4);
    }

    @Test
    void what_cannot_be_is_refused_with_the_ledgers_code() throws Exception {
        String pay = "{'to': 'device/home:car', 'asset': 'home:EUR', 'amount': '%s'}";
        refused(post("/api/transfers", pay.formatted("1000.01")), 409, "funds.insufficient");
        refused(post("/api/transfers", pay.formatted("0.00")), 400, "amount.range");
        for (String wrong : List.of("1.005", "-1", "1e2", "", "1,50")) {
            refused(post("/api/transfers", pay.formatted(wrong)), 400, "request.malformed");
        }
        refused(post("/api/transfers", pay.formatted("1").replace("home:EUR", "home:USD")), 404, "asset.unknown");
        refused(post("/api/transfers", pay.formatted("1").replace("home:car", "home:bus")), 404, "account.unknown");
        refused(post("/api/transfers", "{'to': 'home', 'asset': 'home:EUR', 'amount': '1'}"), 400, "request.malformed");
        refused(post("/api/transfers", "{'asset': 'home:EUR', 'amount': '1'}"), 400, "request.malformed");
        refused(post("/api/assets", "{'code': 'EUR', 'decimals': 2}"), 409, "asset.exists");
        refused(post("/api/assets", "{'code': 'eur', 'decimals': 2}"), 400, "request.malformed");
        refused(post("/api/assets/acme:EUR/issue", "{'amount': '1'}"), 404, "asset.unknown");
        refused(get("/api/accounts/member/nobody"), 404, "account.unknown");
        refused(get("/api/accounts/purse/home"), 400, "request.malformed");
    }

    @Test
    void holds_limits_and_channels_are_made_shown_and_ended() throws Exception {
        SigningKey wallet = wallet();
        String account = "key/" + wallet.key().thumbprint().hex();
        done("/api/holds", "{'payee': 'device/home:car', 'asset': 'home:EUR', 'amount': '30', 'forMs': 3600000}");
        done(
                "/api/limits",
                "{'spender': '%s', 'asset': 'home:EUR', 'perDay': '20', 'atOnce': '5', 'purpose': 'parking', 'forMs': 3600000}"
                        .formatted(account));
        SigningKey vouchers = SigningKey.generate(Algorithm.ED25519);
        done(
                "/api/channels",
                "{'payee': 'device/home:car', 'asset': 'home:EUR', 'deposit': '40', 'key': '%s', 'forMs': 7200000}"
                        .formatted(Base64Url.encode(vouchers.key().coseKey())));
        JsonNode home = json("/api/accounts/member/home");
        assertThat(home.at("/balances/0/amount").asText()).isEqualTo("960.00");
        assertThat(home.at("/balances/0/held").asText()).isEqualTo("30.00");
        assertThat(home.at("/holds/0/payee").asText()).isEqualTo("device/home:car");
        assertThat(home.at("/limits/0/leftToday").asText()).isEqualTo("20.00");
        assertThat(home.at("/channels/0/deposit").asText()).isEqualTo("40.00");
        JsonNode hosted = json("/api/accounts/" + account);
        assertThat(hosted.path("host").asText()).isEqualTo("home");
        assertThat(hosted.at("/limits/0/purpose").asText()).isEqualTo("parking");
        assertThat(done("/api/holds/1/capture", "{'amount': '10'}"))
                .isEqualTo("home:car took 10.00 home:EUR of hold 1 from home");
        done("/api/channels/1/top-up", "{'amount': '5'}");
        String voucher = Base64Url.encode(new Voucher(1, 4_400).sign(ledger(), vouchers));
        assertThat(done("/api/channels/1/close", "{'voucher': '" + voucher + "'}"))
                .isEqualTo("Channel 1 paid 44.00 home:EUR to home:car and the rest back to home");
        done("/api/limits/1/revoke", "{}");
        refused(post("/api/limits/1/revoke", "{}"), 404, "limit.unknown");
        refused(post("/api/holds/1/release", "{}"), 404, "hold.unknown");
        refused(post("/api/channels/1/close", "{}"), 404, "channel.unknown");
        assertThat(json("/api/accounts/member/home").path("limits")).isEmpty();
        assertThat(json("/api/accounts/device/home:car")
                        .at("/balances/0/amount")
                        .asText())
                .isEqualTo("54.00");
    }

    @Test
    void a_wallet_pays_by_itself_with_what_it_signed() throws Exception {
        SigningKey wallet = wallet();
        AccountId account = AccountId.of(wallet.key().thumbprint());
        done("/api/assets/home:EUR/issue", "{'amount': '10', 'to': '" + account + "'}");
        byte[] paid = signed(wallet, new Transfer(account, HOME, EUR, 250, null, null));
        var answer = submit(paid);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).at("/events/0/words").asText()).endsWith("paid 2.50 home:EUR to home");
        refused(submit(paid), 400, "tx.seen");
        refused(submit(signed(wallet, new Transfer(HOME, account, EUR, 1, null, null))), 403, "action.not-allowed");
        refused(submit(signed(wallet, new Transfer(account, HOME, EUR, 751, null, null))), 409, "funds.insufficient");
        refused(
                submit(signed(SigningKey.generate(Algorithm.ED25519), new Transfer(account, HOME, EUR, 1, null, null))),
                403,
                "request.forbidden");
        refused(submit(new byte[] {1, 2, 3}), 400, "tx.malformed");
    }

    private byte[] signed(SigningKey key, Transfer transfer) {
        return Transactions.sign(
                ledger(), Founding.nonce(), System.currentTimeMillis() + 60_000, List.of(transfer), List.of(key));
    }

    private HttpResponse<String> submit(byte[] transaction) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(node.url() + "/api/transactions"))
                .header("Content-Type", "application/cbor")
                .POST(HttpRequest.BodyPublishers.ofByteArray(transaction)));
    }

    @Test
    void a_members_accounts_are_told_a_page_at_a_time_each_once() throws Exception {
        List<String> names = List.of("car", "car-2", "ca", "idle", "zoo");
        for (String name : names) {
            var register = RegisterDevice.withToken(DeviceId.of("home:" + name));
            if (!name.equals("car")) {
                assertThat(node.core.registrar().ask(List.of(register))).isEmpty();
            }
            if (!name.equals("idle")) {
                done("/api/assets/home:EUR/issue", "{'amount': '1', 'to': 'device/home:" + name + "'}");
            }
        }
        done("/api/holds", "{'payee': 'device/home:car', 'asset': 'home:EUR', 'amount': '3', 'forMs': 3600000}");
        List<String> wallets = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            wallets.add("key/" + wallet().key().thumbprint().hex());
        Collections.sort(wallets);
        List<String> expected = new ArrayList<>(
                List.of("member/home", "device/home:ca", "device/home:car-2", "device/home:car", "device/home:zoo"));
        expected.addAll(wallets);
        for (int limit : new int[] {1, 2, 3, 5, 200}) {
            List<String> told = new ArrayList<>();
            String after = "";
            do {
                JsonNode page = json("/api/accounts?limit=" + limit + after);
                assertThat(page.path("accounts").size()).isLessThanOrEqualTo(limit);
                page.path("accounts")
                        .forEach(row -> told.add(row.path("account").asText()));
                after = page.has("next") ? "&after=" + page.path("next").asText() : "";
            } while (!after.isEmpty());
            assertThat(told).as("%s at once", limit).containsExactlyElementsOf(expected);
        }
        JsonNode own = json("/api/accounts").at("/accounts/0/balances/0");
        assertThat(own.path("amount").asText()).isEqualTo("1000.00");
        assertThat(own.path("held").asText()).isEqualTo("3.00");
        refused(get("/api/accounts?after=home"), 400, "request.malformed");
        refused(get("/api/accounts?limit=201"), 400, "request.malformed");
    }

    @Test
    void movements_are_told_by_asset_and_time_and_turned_over_without_losing_one() throws Exception {
        done("/api/assets", "{'code': 'POINTS', 'decimals': 0}");
        done("/api/assets/home:POINTS/issue", "{'amount': '7'}");
        for (int i = 1; i <= 5; i++) {
            done("/api/transfers", "{'to': 'device/home:car', 'asset': 'home:EUR', 'amount': '" + i + "'}");
        }
        // What is held moves nothing.
        done("/api/holds", "{'payee': 'device/home:car', 'asset': 'home:EUR', 'amount': '3', 'forMs': 3600000}");
        String path = "/api/accounts/member/home/movements";
        assertThat(amounts(json(path))).containsExactly("-5.00", "-4.00", "-3.00", "-2.00", "-1.00", "7", "1000.00");
        assertThat(amounts(json(path + "?asset=home:POINTS"))).containsExactly("7");
        assertThat(amounts(json(path + "?asset=home:NONE"))).isEmpty();
        JsonNode newest = json(path).at("/movements/0");
        assertThat(newest.path("words").asText()).isEqualTo("home paid 5.00 home:EUR to home:car");
        assertThat(newest.path("other").asText()).isEqualTo("device/home:car");
        assertThat(json("/api/events/" + newest.path("event").asLong())
                        .path("words")
                        .asText())
                .isEqualTo(newest.path("words").asText());
        assertThat(json(path).at("/movements/6").has("other")).isFalse();
        for (int limit : new int[] {1, 2, 3, 6, 7}) {
            List<String> told = new ArrayList<>();
            String before = "";
            do {
                JsonNode page = json(path + "?limit=" + limit + before);
                told.addAll(amounts(page));
                before = page.has("next") ? "&before=" + page.path("next").asLong() : "";
            } while (!before.isEmpty());
            assertThat(told).as("%s at once", limit).hasSize(7).last().isEqualTo("1000.00");
        }
        long third = json(path).at("/movements/2/timeMs").asLong();
        assertThat(amounts(json(path + "?from=" + third))).containsExactly("-5.00", "-4.00", "-3.00");
        assertThat(amounts(json(path + "?to=" + third))).containsExactly("-2.00", "-1.00", "7", "1000.00");
        assertThat(amounts(json("/api/accounts/device/home:car/movements")))
                .containsExactly("5.00", "4.00", "3.00", "2.00", "1.00");
        refused(get("/api/accounts/device/home:bus/movements"), 404, "account.unknown");
    }

    private static List<String> amounts(JsonNode page) {
        List<String> amounts = new ArrayList<>();
        page.path("movements").forEach(each -> amounts.add(each.path("amount").asText()));
        return amounts;
    }

    @Test
    void a_statement_adds_up_and_banks_read_it() throws Exception {
        done("/api/transfers", "{'to': 'device/home:car', 'asset': 'home:EUR', 'amount': '12.5'}");
        long middle = node.core.ledger().head().blockTime() + 1;
        Thread.sleep(5);
        done(
                "/api/transfers",
                "{'to': 'member/home', 'from': 'device/home:car', 'asset': 'home:EUR', 'amount': '2.5'}");
        String csv = get("/api/accounts/member/home/statement?asset=home:EUR").body();
        assertThat(csv.lines().skip(1).map(line -> line.split(",")[2] + " " + line.split(",")[5]))
                .containsExactly("1000.00 1000.00", "-12.50 987.50", "2.50 990.00");
        String later = get("/api/accounts/member/home/statement?asset=home:EUR&from=" + middle)
                .body();
        assertThat(later.lines()).hasSize(2);
        String earlier = get("/api/accounts/member/home/statement?asset=home:EUR&to=" + middle)
                .body();
        assertThat(earlier.lines()).hasSize(3);
        var camt = get("/api/accounts/member/home/statement?asset=home:EUR&format=camt.053&to=" + middle);
        assertThat(camt.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/xml");
        assertThat(camt.body())
                .contains("<Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0.00</Amt>")
                .contains("<Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">987.50</Amt>")
                .contains("<Amt Ccy=\"EUR\">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>");
        done("/api/assets", "{'code': 'POINTS', 'decimals': 0}");
        refused(get("/api/accounts/member/home/statement?asset=home:POINTS&format=camt.053"), 400, "request.malformed");
        refused(get("/api/accounts/member/home/statement?asset=home:USD"), 404, "asset.unknown");
        refused(get("/api/accounts/member/nobody/statement?asset=home:EUR"), 404, "account.unknown");
    }

    @Test
    void what_is_owed_becomes_instructions_for_a_bank() throws Exception {
        done("/api/transfers", "{'to': 'device/home:car', 'asset': 'home:EUR', 'amount': '12.5'}");
        long event = json("/api/accounts/member/home").at("/history/0/number").asLong();
        String wanted =
                "{'debtor': {'name': 'Home', 'iban': 'DE75512108001245126199'}, 'day': '2026-05-04', 'payments':"
                        + " [{'event': "
                        + event + ", 'creditor': {'name': 'Acme', 'iban': 'FR1420041010050500013M02606'}}]}";
        var pain = post("/api/payment-instructions", wanted);
        assertThat(pain.statusCode()).as(pain.body()).isEqualTo(200);
        assertThat(pain.body().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
        assertThat(pain.body())
                .contains("<EndToEndId>event-" + event + "</EndToEndId>")
                .contains("<InstdAmt Ccy=\"EUR\">12.50</InstdAmt>")
                .contains("<IBAN>FR1420041010050500013M02606</IBAN>");
        refused(post("/api/payment-instructions", wanted.replace("M02606", "M02607")), 400, "request.malformed");
        refused(
                post("/api/payment-instructions", wanted.replace("'event': " + event, "'event': 0")),
                400,
                "request.malformed");
        refused(
                post("/api/payment-instructions", wanted.replace("'event': " + event, "'event': 99999")),
                404,
                "request.not-found");
    }
}
