package io.thingstead.kit.device;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends frames to `POST /v1/frames`. Each frame speaks for itself by its signature, so there is nothing to log in.
public final class HttpLink implements FrameLink {
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([a-z.-]{1,64})\"");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client;
    private final URI frames;

    /// @param node the node's address, `http://host:port`
    public HttpLink(HttpClient client, URI node) {
        this.client = client;
        this.frames = node.resolve("/v1/frames");
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
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpLink::delivery)
                .exceptionally(e -> new Delivery.Failed(String.valueOf(e.getMessage())));
    }

    private static Delivery delivery(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 200) {
            return new Delivery.Accepted();
        }
        Matcher code = CODE.matcher(response.body());
        if (status >= 400 && status < 500 && status != 408 && status != 429 && code.find()) {
            return new Delivery.Refused(code.group(1), response.body());
        }
        return new Delivery.Failed("HTTP status " + status);
    }
}
