package io.thingstead.node;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.node.openapi.DocumentedAnswers;
import java.net.http.HttpRequest;
import java.util.List;

/// Asks every route about money, for what happens and for what is refused, at a member with the device `home:shell`.
final class MoneyAnswers {
    private MoneyAnswers() {}

    static void ask(DocumentedAnswers answers) throws Exception {
        String shell = "device/home:shell";
        String sum = "\"asset\": \"home:EUR\", \"amount\": \"5\"";
        answers.send("POST", "/api/assets", "{\"code\": \"EUR\", \"decimals\": 2}");
        answers.send("POST", "/api/assets", "{\"code\": \"EUR\", \"decimals\": 2}");
        answers.send("POST", "/api/assets/home:EUR/issue", "{\"amount\": \"100\"}");
        answers.send("POST", "/api/assets/home:USD/issue", "{\"amount\": \"100\"}");
        answers.send("POST", "/api/assets/home:EUR/redeem", "{\"amount\": \"1.50\"}");
        answers.send("POST", "/api/transfers", "{\"to\": \"" + shell + "\", " + sum + "}");
        answers.send("POST", "/api/transfers", "{\"to\": \"" + shell + "\", " + sum.replace("5", "500") + "}");
        answers.send("POST", "/api/holds", "{\"payee\": \"" + shell + "\", " + sum + ", \"forMs\": 3600000}");
        answers.send("POST", "/api/holds", "{\"payee\": \"" + shell + "\", " + sum + ", \"forMs\": 1}");
        String limit = "{\"spender\": \"" + shell
                + "\", \"asset\": \"home:EUR\", \"perDay\": \"5\", \"atOnce\": \"1\", \"forMs\": 3600000}";
        answers.send("POST", "/api/limits", limit);
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        String shown = Base64Url.encode(key.key().coseKey());
        String channel = "{\"payee\": \"" + shell + "\", \"asset\": \"home:EUR\", \"deposit\": \"5\", \"key\": \""
                + shown + "\", \"forMs\": 7200000}";
        answers.send("POST", "/api/channels", channel);
        answers.get("/api/accounts/member/home");
        for (String path : List.of("holds/1/capture", "holds/9/capture", "channels/1/top-up", "channels/9/top-up")) {
            answers.send("POST", "/api/" + path, "{\"amount\": \"1\"}");
        }
        answers.send("POST", "/api/holds/1/release", null, null);
        answers.send("POST", "/api/limits/1/revoke", null, null);
        answers.send("POST", "/api/channels/1/close", "{}");
        answers.send("POST", "/api/channels/1/close", "{\"voucher\": \"oA\"}");
        answers.send("POST", "/api/wallets", "{\"key\": \"" + shown + "\", \"possession\": \"oA\"}");
        answers.send(
                "POST", "/api/transactions", "application/cbor", HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2
                }));
        String payment = "{\"debtor\": {\"name\": \"Home\", \"iban\": \"DE75512108001245126199\"},"
                + " \"day\": \"2026-05-04\","
                + " \"payments\": [{\"event\": 999999, \"creditor\": {\"name\": \"A\", \"iban\": \"B\"}}]}";
        answers.send("POST", "/api/payment-instructions", payment);
        String statement = "/api/accounts/member/home/statement?asset=home:EUR";
        for (String path : List.of(
                "/api/assets",
                "/api/accounts",
                "/api/accounts?limit=1",
                "/api/accounts?after=member/nobody&limit=201",
                "/api/accounts/" + shell + "/movements?asset=home:EUR&limit=1",
                "/api/accounts/member/nobody/movements",
                "/api/accounts/" + shell,
                "/api/accounts/member/nobody",
                statement,
                statement + "&format=camt.053",
                statement.replace("EUR", "USD"))) answers.get(path);
    }
}
