package io.thingstead.node.cli;

import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.demo.DemoFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `thingstead warm-up`: what a start does, and a little of what comes after it, in a temporary folder and on ports of
/// this machine alone. The build runs it once and keeps what Java learned from it, so that every later start is quicker
/// ([decision 43](docs/decisions/0043-what-java-learned-is-kept.md)).
@Command(
        name = "warm-up",
        hidden = true,
        description = "Runs a node with the demo's devices for a moment in a temporary folder; the build does so.",
        mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {
    /// What the first page asks for, and whoever looks after a node. No live events: they have no end.
    private static final List<String> QUESTIONS =
            List.of("", "app/main.js", "health/ready", "api/status", "api/devices", "api/me", "api/trust", "metrics");

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(names = "--seconds", paramLabel = "N", description = "How long its devices send (default: 3).")
    private int seconds = 3;

    @Option(
            names = "--most-seconds",
            paramLabel = "N",
            description = "After how many the process ends in any case, and nothing is learned (default: 110).")
    private int mostSeconds = 110;

    @Option(
            names = "--in",
            paramLabel = "DIR",
            description = "Where its temporary folder is made (default: where the system has such).")
    private Path parent = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException, InterruptedException {
        Thread end = Thread.ofPlatform().daemon().name("warm-up-end").start(this::endInAnyCase);
        Path folder = Files.createTempDirectory(parent, "thingstead-warm-up");
        try {
            run(folder);
        } finally {
            delete(folder);
            end.interrupt();
        }
        return 0;
    }

    private void run(Path folder) throws IOException, InterruptedException {
        Path config = folder.resolve("thingstead.toml");
        Files.writeString(config, "member = \"demo\"\n");
        try (Node node = Node.start(
                        folder.resolve("data"), NodeConfig.read(config).withPorts(0, 0));
                HttpClient http = HttpClient.newHttpClient()) {
            node.demo().run(DemoFleet.Share.ALL);
            // The first contract that is read takes many classes.
            Templates.all().forEach(template -> ContractFile.read(template.text(), Map.of()));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            do {
                for (String question : QUESTIONS) ask(http, URI.create(node.page() + question));
                Thread.sleep(100);
            } while (System.nanoTime() - until < 0);
        }
    }

    private static void ask(HttpClient http, URI address) throws IOException, InterruptedException {
        var question = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        int status = http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) throw new IOException(address + " is answered with " + status);
    }

    /// Halts: what holds a start up may hold up an orderly end too.
    private void endInAnyCase() {
        try {
            TimeUnit.SECONDS.sleep(mostSeconds);
        } catch (InterruptedException e) {
            return; // it came to its end by itself
        }
        Runtime.getRuntime().halt(1);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
