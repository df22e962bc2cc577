package io.thingstead.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// A device with an access token that sends plain telemetry to a node over HTTP.
public final class TokenDevice {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI page;
    private final String token;
    private volatile long sent;

    /// Registers a new one.
    public TokenDevice(HttpClient client, URI page, String name) throws Exception {
        this.client = client;
        this.page = page;
        this.token = post("/api/devices", "{\"name\": \"" + name + "\"}")
                .path("token")
                .asText();
    }

    private JsonNode post(String path, String body) throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(page.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /// Returns once it is acknowledged: the answer.
    public JsonNode send(double temperature) throws Exception {
        JsonNode answer = post("/api/v1/" + token + "/telemetry", "{\"temperature\": " + temperature + "}");
        sent = sent + 1;
        return answer;
    }

    /// How many were acknowledged.
    public long sent() {
        return sent;
    }
}
