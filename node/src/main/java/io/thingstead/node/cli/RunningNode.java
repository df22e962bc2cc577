package io.thingstead.node.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.NodeFiles;
import io.thingstead.node.tls.PinnedCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A node that runs on this machine, found through the files it leaves in its data folder while it runs.
final class RunningNode {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final URI http;
    private final String mqttHost;
    private final int mqttPort;
    private final int mqttTlsPort;
    private final String token;

    private RunningNode(HttpClient client, URI http, String mqttHost, int mqttPort, int mqttTlsPort, String token) {
        this.client = client;
        this.mqttTlsPort = mqttTlsPort;
        this.http = http;
        this.mqttHost = mqttHost;
        this.mqttPort = mqttPort;
        this.token = token;
    }

    /// The node says no, or is not there; the message is for people.
    static final class NodeException extends RuntimeException {
        NodeException(String message) {
            super(message);
        }
    }

    static RunningNode in(Path data) {
        Path address = data.resolve(NodeFiles.ADDRESS);
        if (!Files.exists(address)) {
            throw new NodeException("no node runs with the data folder " + data
                    + ". Start one (./thingstead demo, or ./thingstead node --data " + data
                    + "), or name its folder with --data.");
        }
        try {
            JsonNode node = JSON.readTree(Files.readString(address));
            return new RunningNode(
                    client(node.path("certificate").asText()),
                    URI.create(node.path("http").asText()),
                    node.path("mqttHost").asText(),
                    node.path("mqttPort").asInt(),
                    node.path("mqttTlsPort").asInt(),
                    Files.readString(data.resolve(NodeFiles.ADMIN_TOKEN)).trim());
        } catch (IOException | IllegalArgumentException e) {
            throw new NodeException("cannot read how to reach the node in " + data + ": " + e.getMessage());
        }
    }

    /// @param certificate that the node shows, empty where it speaks HTTP
    private static HttpClient client(String certificate) {
        var client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (!certificate.isEmpty()) client.sslContext(PinnedCertificate.context(certificate));
        return client.build();
    }

    /// 0: MQTT is not spoken with TLS.
    int mqttTlsPort() {
        return mqttTlsPort;
    }

    URI http() {
        return http;
    }

    String mqttHost() {
        return mqttHost;
    }

    int mqttPort() {
        return mqttPort;
    }

    byte[] get(String path) {
        return send(HttpRequest.newBuilder(http.resolve(path)).timeout(TIMEOUT));
    }

    /// The device as the ledger calls it; a name alone is one of this member's.
    String device(String name) {
        return name.contains(":") ? name : getJson("/api/status").path("member").asText() + ":" + name;
    }

    JsonNode getJson(String path) {
        return parse(get(path));
    }

    JsonNode post(String path, Object body) {
        return post(path, body, TIMEOUT);
    }

    /// @param timeout of what may take long
    JsonNode post(String path, Object body, Duration timeout) {
        try {
            return parse(send(HttpRequest.newBuilder(http.resolve(path))
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonNode put(String path, Object body) {
        try {
            return parse(send(HttpRequest.newBuilder(http.resolve(path))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonNode postBytes(String path, byte[] body) {
        return parse(send(HttpRequest.newBuilder(http.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/cose")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    }

    /// Copies an answer, however long it is and takes, as it comes.
    void download(String path, OutputStream to) throws IOException {
        try {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(http.resolve(path))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() / 100 != 2)
                    throw new NodeException(refusal(response.statusCode(), body.readAllBytes()));
                body.transferTo(to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted");
        }
    }

    private byte[] send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = client.send(
                    request.header("Authorization", "Bearer " + token).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new NodeException(refusal(response.statusCode(), response.body()));
            }
            return response.body();
        } catch (IOException e) {
            throw new NodeException("the node at " + http + " does not answer: is it still running? (" + e + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted");
        }
    }

    private static String refusal(int status, byte[] body) {
        JsonNode problem = parse(body);
        @Nullable JsonNode detail = problem.get("detail");
        return detail == null
                ? "the node answers with status " + status
                : problem.path("code").asText() + ": " + detail.asText();
    }

    static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }
}
