package io.thingstead.node.strangers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.ChildJvm;
import io.thingstead.node.Ports;
import io.thingstead.node.cli.Thingstead;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// `thingstead node` in a process of its own, always on the same ports, with what an operator asks of it.
final class NodeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Path data;
    final int mqttPort;
    private final URI page;
    private final Path config;
    private final HttpClient http = HttpClient.newHttpClient();
    private ChildJvm process;

    NodeProcess(Path folder) throws IOException {
        data = folder.resolve("data");
        var ports = Ports.free(2);
        page = URI.create("http://127.0.0.1:" + ports.get(0) + "/");
        mqttPort = ports.get(1);
        config = Files.writeString(folder.resolve("thingstead.toml"), """
                member = "acme"
                [http]
                port = %d
                [mqtt]
                port = %d
                """.formatted(ports.get(0), mqttPort));
    }

    /// Returns once it listens.
    void start() throws IOException {
        process = ChildJvm.start(Thingstead.class, "node", "--data", data.toString(), "--config", config.toString());
        for (String line = process.line(); line == null || !line.contains("Stop with"); line = process.line()) {
            if (line == null) {
                throw new IOException("the node does not start");
            }
        }
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.kill();
        var _ = process.exitCode();
    }

    /// Ends in its own time.
    void stop() throws InterruptedException {
        process.terminate();
        var _ = process.exitCode();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(page.resolve(path)));
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(page.resolve(path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    }

    JsonNode put(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(page.resolve(path))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                request.header("Content-Type", "application/json").build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("the node answers " + answer.statusCode() + ": " + new String(answer.body()));
        }
        return JSON.readTree(answer.body());
    }

    /// Asks the device for something and returns the command's path.
    String command(String device, String name, Object params) throws IOException, InterruptedException {
        String commands = "/api/devices/" + device + "/commands";
        JsonNode issued = post(commands, Map.of("name", name, "value", params, "expires_s", 600));
        return commands + "/" + issued.path("number").asLong();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        http.close();
    }
}
