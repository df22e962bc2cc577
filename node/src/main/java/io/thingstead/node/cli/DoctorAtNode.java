package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Asks a node that runs how it does.
final class DoctorAtNode {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long WAIT_MS = 12_000;
    private static final long LOOK_MS = 500;
    /// A block's time is that of the votes on the one before.
    private static final long CLOCK_AHEAD_MS = 20_000;

    private static final long CLOCK_BEHIND_MS = 2_000;
    private static final Set<String> OF_THE_NODE =
            Set.of("member", "members", "evidence", "series", "retention", "certificates", "mirrors");

    private final Path data;
    private final Consumer<Finding> says;

    DoctorAtNode(Path data, Consumer<Finding> says) {
        this.data = data;
        this.says = says;
    }

    void check() {
        try {
            RunningNode node = RunningNode.in(data);
            health(node);
            JsonNode status = node.getJson("/api/status");
            ports(status);
            found(node.getJson("/api/node").path("checks"));
            clock(node, status.path("ledger"));
        } catch (RunningNode.NodeException e) {
            says.accept(Finding.fail("node", String.valueOf(e.getMessage()), "look at its messages, or start it anew"));
        }
    }

    private void health(RunningNode node) {
        List<String> problems = new ArrayList<>();
        for (String path : List.of("/health/live", "/health/ready")) {
            JsonNode answer = RunningNode.parse(asked(node.http().resolve(path)));
            answer.path("problems")
                    .forEach(problem -> problems.add(problem.path("text").asText()));
        }
        says.accept(
                problems.isEmpty()
                        ? Finding.ok("node", "runs at " + node.http() + ", and takes readings")
                        : Finding.fail(
                                "node", String.join("; ", problems), "mend the cause; see docs/operations.md, Health"));
    }

    /// Whatever its status.
    private static byte[] asked(URI uri) {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            return client.send(
                            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (IOException e) {
            throw new RunningNode.NodeException("the node at " + uri + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunningNode.NodeException("interrupted");
        }
    }

    private void ports(JsonNode status) {
        says.accept(Finding.ok(
                "ports",
                "HTTP " + status.path("httpPort").asInt() + ", MQTT "
                        + status.path("mqttPort").asInt()));
    }

    /// What the node finds of itself, beside what was looked at here.
    private void found(JsonNode checks) {
        for (JsonNode check : checks) {
            String code = check.path("code").asText();
            if (!OF_THE_NODE.contains(code)) continue;
            String text = check.path("text").asText();
            String advice = check.path("advice").asText();
            says.accept(
                    switch (check.path("level").asText()) {
                        case "ok" -> Finding.ok(code, text);
                        case "warn" -> Finding.warn(code, text, advice);
                        default -> Finding.fail(code, text, advice);
                    });
        }
    }

    /// Against the other members' clocks: a block's time is the median of theirs.
    private void clock(RunningNode node, JsonNode ledger) {
        if (ledger.path("members").asInt() < 2) {
            says.accept(Finding.ok("clock", "this member is alone: there is no other clock to compare with"));
            return;
        }
        long height = ledger.path("height").asLong();
        JsonNode now = ledger;
        for (long waited = 0; waited < WAIT_MS && now.path("height").asLong() == height; waited += LOOK_MS) {
            pause();
            now = node.getJson("/api/status").path("ledger");
        }
        if (now.path("height").asLong() == height) {
            says.accept(
                    Finding.warn("clock", "no new block came to compare with", "ask again when the ledger goes on"));
            return;
        }
        long ahead = System.currentTimeMillis() - now.path("blockTime").asLong();
        boolean isGood = ahead > -CLOCK_BEHIND_MS && ahead < CLOCK_AHEAD_MS;
        says.accept(
                isGood
                        ? Finding.ok("clock", "fits the other members' clocks")
                        : Finding.fail(
                                "clock",
                                "the clock is about " + Math.abs(ahead) / 1_000 + " s "
                                        + (ahead > 0 ? "after" : "before") + " those of the other members",
                                "set the clock (NTP)"));
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunningNode.NodeException("interrupted");
        }
    }
}
