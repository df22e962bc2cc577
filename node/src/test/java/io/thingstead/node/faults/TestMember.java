package io.thingstead.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.NodeFiles;
import io.thingstead.node.cli.Thingstead;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// A member as it runs for real: `thingstead node` in a process of its own, with its engine as that one's child.
final class TestMember implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    final String name;
    final Path data;
    final Place place;
    final int httpPort;
    final int enginePort;
    private final int mqttPort;
    private final int membersPort;
    private final HttpClient client;
    private Function<Path, List<String>> program = this::node;
    private Process process;

    TestMember(String name, Path data, Place place, List<Integer> ports, HttpClient client) {
        this.name = name;
        this.data = data;
        this.place = place;
        this.httpPort = ports.get(0);
        this.mqttPort = ports.get(1);
        this.enginePort = ports.get(2);
        this.membersPort = ports.get(3);
        this.client = client;
    }

    /// All ports on which it listens for others.
    List<Integer> ports() {
        return List.of(httpPort, mqttPort, enginePort, membersPort);
    }

    String engineAddress() {
        return place.engineHost() + ":" + enginePort;
    }

    /// Where its node listens for the other members.
    String nodeAddress() {
        return place.engineHost() + ":" + membersPort;
    }

    /// From its next start on another program runs in the node's place, with the argument, the data folder and the
    /// configuration.
    void playedBy(Class<?> main, String argument) {
        program = config -> List.of(main.getName(), argument, data.toString(), config.toString());
    }

    /// From its next start on it is itself again.
    void playedByItself() {
        program = this::node;
    }

    private List<String> node(Path config) {
        return List.of(Thingstead.class.getName(), "node", "--data", data.toString(), "--config", config.toString());
    }

    void start() throws IOException {
        Files.createDirectories(data);
        Path config = Files.writeString(data.resolveSibling(name + ".toml"), """
                member = "%s"
                domain = "%s.example"

                [http]
                host = "%s"
                port = %d

                [mqtt]
                host = "%s"
                port = %d

                [engine]
                host = "%s"
                port = %d

                [members]
                host = "%s"
                port = %d
                """.formatted(
                        name,
                        name,
                        place.host(),
                        httpPort,
                        place.host(),
                        mqttPort,
                        place.engineHost(),
                        enginePort,
                        place.engineHost(),
                        membersPort));
        List<String> command = new ArrayList<>(place.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(program.apply(config));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said().toFile()))
                .start();
    }

    /// What the process wrote.
    Path said() {
        return data.resolveSibling(name + ".log");
    }

    Process process() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return running;
    }

    boolean isAlive() {
        return process != null && process().isAlive();
    }

    /// Itself, while its process runs; else what that said is in the failure.
    TestMember requireAlive() throws IOException {
        assertThat(isAlive())
                .as("%s runs; it said: %s", name, Files.readString(said()))
                .isTrue();
        return this;
    }

    /// The process of its engine.
    ProcessHandle engine() throws IOException {
        return process()
                .children()
                .filter(ProcessHandle::isAlive)
                .findFirst()
                .orElseThrow(() -> new IOException("the engine of " + name + " does not run"));
    }

    void killNode() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    void killEngine() throws IOException {
        engine().destroyForcibly();
    }

    void killBoth() throws IOException, InterruptedException {
        ProcessHandle engine = engine();
        process().destroyForcibly();
        engine.destroyForcibly();
        process().waitFor();
        engine.onExit().join();
    }

    /// Kills it, and deletes what is in its data folder but for the keys.
    void loseAllButKeys() throws Exception {
        ProcessHandle engine = engine();
        killNode();
        Patience.await("its engine ends with it", () -> !engine.isAlive());
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(data) && !file.startsWith(data.resolve("keys"))) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Node and engine stand still in the middle of whatever they do.
    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String which) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("kill", which, String.valueOf(process().pid())));
        process().descendants().forEach(child -> command.add(String.valueOf(child.pid())));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + ": code " + code);
        }
    }

    /// Ends it as an operator would.
    void stop() throws Exception {
        process().destroy();
        if (!process().waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException(name + " does not stop");
        }
    }

    URI page() {
        return URI.create("http://" + place.host() + ":" + httpPort + "/");
    }

    /// The proof of a frame, as soon as its certificate is there: right after the members have come back it may not be.
    byte[] proof(String device, long n) throws Exception {
        byte[][] found = new byte[1][];
        Patience.await("proof of frame " + n + " of " + device, () -> {
            found[0] = get("/api/proofs/" + device + "/" + n);
            return true;
        });
        return found[0];
    }

    /// As who runs the member: where it does not listen on loopback, people sign in.
    byte[] get(String path) throws IOException {
        return send(authorized(path));
    }

    private HttpRequest.Builder authorized(String path) throws IOException {
        String token = Files.readString(data.resolve(NodeFiles.ADMIN_TOKEN)).strip();
        return HttpRequest.newBuilder(page().resolve(path)).header("Authorization", "Bearer " + token);
    }

    JsonNode json(String path) throws IOException {
        return JSON.readTree(get(path));
    }

    JsonNode post(String path, Object body) throws IOException {
        return JSON.readTree(send(authorized(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
    }

    /// Posts bytes as a stranger would.
    byte[] post(String path, String mediaType, byte[] body) throws IOException {
        return send(HttpRequest.newBuilder(page().resolve(path))
                .header("Content-Type", mediaType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private byte[] send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<byte[]> response =
                    client.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IOException(name + " answers " + response.statusCode() + ": " + new String(response.body()));
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    JsonNode status() throws IOException {
        return json("/api/status");
    }

    long height() throws IOException {
        return status().path("ledger").path("height").asLong();
    }

    long anchored() throws IOException {
        return status().path("log").path("anchored").asLong();
    }

    long logSize() throws IOException {
        return status().path("log").path("size").asLong();
    }

    boolean isAllFinal() throws IOException {
        JsonNode log = status().path("log");
        return log.path("anchored").asLong() == log.path("size").asLong();
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> all = new ArrayList<>(running.descendants().toList());
            running.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
            running.onExit().join();
            all.forEach(child -> child.onExit().join());
        }
    }
}
