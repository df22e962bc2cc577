package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Asks a node that runs how it does.
final class DoctorAtNode {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long WAIT_MS = 12_000;
    private static final long LOOK_MS = 500;
    private static final long BEHIND_LEAVES = 100_000;
    /// A block's time is that of the votes on the one before.
    private static final long CLOCK_AHEAD_MS = 20_000;

    private static final long CLOCK_BEHIND_MS = 2_000;
    private static final long UNCERTIFIED_BLOCKS = 10;

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
            notices(status);
            retention(node.getJson("/api/retention"));
            series(status);
            clock(node, status.path("ledger"));
            certificates(node);
            mirrors(node);
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

    private void notices(JsonNode status) {
        for (JsonNode notice : status.path("notices")) {
            says.accept(Finding.warn(
                    "member",
                    notice.path("code").asText() + ": " + notice.path("text").asText(),
                    "see above"));
        }
        JsonNode standstill = status.path("ledger").path("standstill");
        if (standstill.isObject()) {
            List<String> silent = new ArrayList<>();
            standstill.path("silent").forEach(member -> silent.add(member.asText()));
            says.accept(Finding.fail(
                    "members",
                    "the ledger stands still; not heard: " + String.join(", ", silent),
                    "readings are taken meanwhile; ask those members, and look at the way to them"));
        }
        JsonNode accusations = status.path("accusations");
        int held = accusations.path("forks").size()
                + accusations.path("brokenPromises").size()
                + accusations.path("caught").size();
        if (held > 0) {
            says.accept(
                    Finding.warn("evidence", held + " things are held against members", "look at the consortium page"));
        }
    }

    private void retention(JsonNode told) {
        List<String> rules = new ArrayList<>();
        for (JsonNode rule : told.path("rules")) {
            rules.add(rule.path("device").asText("all others") + " "
                    + rule.path("days").asInt() + " days");
        }
        String text = rules.isEmpty() ? "everything is kept" : "kept for: " + String.join(", ", rules);
        long pending = told.path("pending").asLong();
        says.accept(
                pending == 0
                        ? Finding.ok("retention", text)
                        : Finding.warn(
                                "retention",
                                text + "; the bytes of " + pending + " erased leaves are not off the disk yet",
                                "this ends by itself within the hour; if not, the node's messages say why"));
    }

    private void series(JsonNode status) {
        long behind = status.path("series").path("behind").asLong();
        says.accept(
                behind > BEHIND_LEAVES
                        ? Finding.warn(
                                "series",
                                behind + " leaves behind the log",
                                "they catch up by themselves; where they never do, the machine is too slow for its load")
                        : Finding.ok("series", behind + " leaves behind the log"));
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

    /// Each block is certified soon after it was decided; the members' own TLS certificates have no end.
    private void certificates(RunningNode node) {
        String metrics = new String(node.get("/metrics"), StandardCharsets.UTF_8);
        long behind =
                value(metrics, "thingstead_ledger_height ") - value(metrics, "thingstead_ledger_certified_height ");
        says.accept(
                behind > UNCERTIFIED_BLOCKS
                        ? Finding.warn(
                                "certificates",
                                behind + " blocks are not certified",
                                "new proofs wait for them; see whether the other members are there")
                        : Finding.ok("certificates", "the newest blocks are certified"));
    }

    private static long value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    private void mirrors(RunningNode node) {
        JsonNode logs = node.getJson("/api/mirrors").path("logs");
        int following = 0;
        for (JsonNode log : logs) {
            String condition = log.path("state").asText();
            if (condition.equals("following")) {
                following++;
                continue;
            }
            says.accept(Finding.warn(
                    "mirrors",
                    log.path("member").asText() + ": " + log.path("text").asText(),
                    "look at the way to this member: its port under [members], firewalls"));
        }
        says.accept(Finding.ok("mirrors", following + " logs of other members are followed"));
    }
}
