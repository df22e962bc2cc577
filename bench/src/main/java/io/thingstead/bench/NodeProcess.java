package io.thingstead.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A node as a process of its own, started with the program's own flags, so that its memory is what the system says.
final class NodeProcess implements AutoCloseable {
    /// Those of `./thingstead node`.
    private static final List<String> FLAGS = List.of(
            "-Xms128m",
            "-Xmx1g",
            "-Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private static final int START_SECONDS = 300;
    private static final int STOP_SECONDS = 60;
    private static final Pattern HTTP = Pattern.compile("\"http\": \"([^\"]+)\"");
    private static final Pattern MQTT = Pattern.compile("\"mqttPort\": ([0-9]+)");

    private final Path data;
    private final Process process;
    private final long startedNanos;

    /// Starts it; it is not ready yet.
    ///
    /// @param config lines of its `thingstead.toml`
    NodeProcess(Path data, String config) throws IOException {
        this.data = data;
        Files.createDirectories(data);
        Files.deleteIfExists(address());
        Path file = beside(".toml");
        Files.writeString(file, config);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        // What `./thingstead` gave this process for a quick start.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-XX:AOTCache=") || flag.startsWith("-Xlog:aot"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.thingstead.node.cli.Thingstead"));
        command.addAll(List.of("node", "--data", data.toString(), "--config", file.toString()));
        command.addAll(List.of("--port", "0", "--mqtt-port", "0"));
        startedNanos = System.nanoTime();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(beside(".log").toFile())
                .start();
    }

    /// One of a ledger with one member, named `bench`.
    static NodeProcess alone(Path data) throws IOException {
        return new NodeProcess(data, "member = \"bench\"\n");
    }

    private Path address() {
        return data.resolve("node.json");
    }

    private Path beside(String suffix) {
        return data.resolveSibling(data.getFileName() + suffix);
    }

    /// Waits until it takes readings.
    ///
    /// @return how long that took from the process's start
    double awaitReadyMs() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!Files.exists(address()) || !isReady(http)) {
                if (!process.isAlive() || System.nanoTime() - until > 0) {
                    throw new IllegalStateException("a node does not start: " + Files.readString(beside(".log")));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        return (System.nanoTime() - startedNanos) / 1e6;
    }

    private boolean isReady(HttpClient http) throws IOException, InterruptedException {
        var question =
                HttpRequest.newBuilder(URI.create(page() + "health/ready")).build();
        return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    /// Its address over HTTP, with a slash at the end.
    String page() throws IOException {
        return said(HTTP);
    }

    int mqttPort() throws IOException {
        return Integer.parseInt(said(MQTT));
    }

    private String said(Pattern pattern) throws IOException {
        Matcher found = pattern.matcher(Files.readString(address()));
        if (!found.find()) throw new IOException(address() + " lacks " + pattern);
        return found.group(1);
    }

    Process process() {
        return process;
    }

    double residentMib() throws IOException {
        return Cpu.residentMib(process.pid());
    }

    /// Files, sockets and pipes that it has open: the tables of its store, of which it opens more as there are more, up
    /// to 256, or all others.
    long handles(boolean ofTables) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            return open.filter(handle -> isTable(handle) == ofTables).count();
        }
    }

    private static boolean isTable(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString().endsWith(".sst");
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    /// Ends it as a service manager does, and waits.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
                process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
