package io.thingstead.kit.device;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Promise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends frames to `POST /v1/frames`. Each frame speaks for itself by its signature, so there is nothing to log in.
public final class HttpLink implements FrameLink {
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([a-z.-]{1,64})\"");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client;
    private final URI frames;
    private final @Nullable TrustedLogs logs;
    private final Consumer<Promise> promises;

    /// A link that takes the node's word.
    ///
    /// @param node the node's address, `http://host:port`
    public HttpLink(HttpClient client, URI node) {
        this(client, node, null, _ -> {});
    }

    private HttpLink(HttpClient client, URI node, @Nullable TrustedLogs logs, Consumer<Promise> promises) {
        this.client = client;
        this.frames = node.resolve("/v1/frames");
        this.logs = logs;
        this.promises = promises;
    }

    /// A link on which a frame counts as kept when the member has promised to anchor it; until then it is sent again.
    ///
    /// @param promises gets each promise that was checked, to keep as evidence
    public static HttpLink checked(HttpClient client, URI node, TrustedLogs logs, Consumer<Promise> promises) {
        return new HttpLink(client, node, logs, promises);
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public CompletableFuture<Delivery> send(byte[] frame) {
        HttpRequest request = HttpRequest.newBuilder(frames)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/cose")
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(response -> delivery(response, frame))
                .exceptionally(e -> new Delivery.Failed(String.valueOf(e.getMessage())));
    }

    private Delivery delivery(HttpResponse<byte[]> response, byte[] frame) {
        int status = response.statusCode();
        if (status == 200) {
            return kept(response.body(), frame);
        }
        String problem = new String(response.body(), StandardCharsets.UTF_8);
        Matcher code = CODE.matcher(problem);
        if (status >= 400 && status < 500 && status != 408 && status != 429 && code.find()) {
            return new Delivery.Refused(code.group(1), problem);
        }
        return new Delivery.Failed("HTTP status " + status);
    }

    private Delivery kept(byte[] answer, byte[] frame) {
        if (logs == null) {
            return new Delivery.Accepted();
        }
        return switch (logs.promise(answer, frame)) {
            case Result.Ok<Promise>(Promise made) -> {
                promises.accept(made);
                yield new Delivery.Accepted();
            }
            case Result.No<Promise>(var refused) -> new Delivery.Failed("no promise came with it: " + refused);
        };
    }
}
