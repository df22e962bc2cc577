package io.thingstead.kit.device;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.ClaimAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// What a device asks a node when it claims, and how the answers are read: whatever comes back, it is an answer or a
/// refusal.
record ClaimRequests(HttpClient client, URI node) {
    /// The ledger has its time, too.
    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final int MOST_BYTES = 65_536;
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([a-z.-]{1,64})\"");
    private static final Pattern DETAIL = Pattern.compile("\"detail\"\\s*:\\s*\"([^\"\\\\]{0,400})\"");

    Claim ask(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            var response = client.send(
                    request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
            return read(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("no answer from the node at " + node + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while claiming", e);
        }
    }

    static Claim read(int status, byte[] body) {
        return status / 100 == 2 ? made(body) : refused(status, new String(body, StandardCharsets.UTF_8));
    }

    private static Claim made(byte[] json) {
        return switch (ClaimAnswer.read(json)) {
            case Result.Ok<ClaimAnswer>(ClaimAnswer told) ->
                new Claim.Made(
                        told.device(),
                        told.ledger(),
                        TrustedLogs.parse(told.ledger(), told.device().member(), told.logKey()),
                        told.memberKey());
            case Result.No<ClaimAnswer>(var why) -> new Claim.Refused(why.code().code(), why.text());
        };
    }

    private static Claim refused(int status, String problem) {
        var code = CODE.matcher(problem);
        var detail = DETAIL.matcher(problem);
        return new Claim.Refused(
                code.find() ? code.group(1) : "request.malformed",
                detail.find() ? detail.group(1) : "the node answered with status " + status);
    }
}
