package io.thingstead.kit.agent;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The node that hosts a wallet: it tells what is on the ledger, and hands in what the wallet signed.
public final class HostNode {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OK = 200;

    private final HttpClient http;
    private final URI address;
    private final @Nullable String apiKey;
    private @Nullable LedgerId ledger;

    /// @param address `http://host:port`
    /// @param apiKey with the scope `read`; null where the node lets this machine in without
    public HostNode(HttpClient http, URI address, @Nullable String apiKey) {
        this.http = http;
        this.address = address;
        this.apiKey = apiKey;
    }

    /// The ledger that the node is a member of.
    public synchronized LedgerId ledger() throws IOException, InterruptedException {
        LedgerId known = ledger;
        if (known == null) {
            String hex = get("/api/status").orThrow().at("ledger").at("id").text();
            known = LedgerId.ofHex(hex);
            ledger = known;
        }
        return known;
    }

    Result<JsonValue> get(String path) throws IOException, InterruptedException {
        return answer(request(path).GET());
    }

    Result<JsonValue> post(String path, String json) throws IOException, InterruptedException {
        return answer(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /// Hands in a transaction and waits until the ledger has decided.
    Result<JsonValue> submit(byte[] transaction) throws IOException, InterruptedException {
        return answer(request("/api/transactions")
                .header("Content-Type", "application/cbor")
                .POST(HttpRequest.BodyPublishers.ofByteArray(transaction)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT);
        return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
    }

    private Result<JsonValue> answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        JsonValue json;
        try {
            json = JsonValue.read(response.body());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the node answers " + response.statusCode() + " without JSON: "
                            + new String(response.body(), StandardCharsets.UTF_8)
                                    .substring(0, Math.min(80, response.body().length)),
                    e);
        }
        if (response.statusCode() == OK) return Result.ok(json);
        return new Result.No<>(
                new Refused(code(json.at("code").text()), json.at("detail").text()));
    }

    /// A code that this program does not know yet is a request that the node does not take.
    static Refusal code(String code) {
        for (Refusal refusal : Refusal.values()) {
            if (refusal.code().equals(code)) return refusal;
        }
        return Refusal.REQUEST_MALFORMED;
    }
}
