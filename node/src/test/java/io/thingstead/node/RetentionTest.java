package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.retention.ErasableViews;
import io.thingstead.node.retention.Retention;
import io.thingstead.node.retention.Rule;
import io.thingstead.node.storage.KeyRange;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.SstFileReader;

/// What is older than a rule says is gone from every file of the data folder, its proofs say so, and everything else is
/// as it was.
class RetentionTest {
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0);
    private static final long DAY_MS = 86_400_000;
    private static final int READINGS = 300;
    private static final DeviceId BOX_1 = DeviceId.of("acme:box-1");
    private static final DeviceId BOX_2 = DeviceId.of("acme:box-2");

    @TempDir
    Path folder;

    private Path data;
    private final AtomicLong clock = new AtomicLong(System.currentTimeMillis() - 100 * DAY_MS);
    private HttpClient client;

    @BeforeEach
    void open() {
        data = folder.resolve("data");
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private Node started() {
        return Node.start(data, CONFIG, clock::get, Between.NOTHING);
    }

    /// Sends text that is found again in whatever file holds it, one after another to each device.
    private void send(Node node, String word, String... devices) throws Exception {
        List<String> tokens = new ArrayList<>();
        for (String device : devices) {
            HttpResponse<String> added = post(node, "api/devices", "{\"name\": \"" + device + "\"}");
            tokens.add(added.body().replaceAll("(?s).*\"token\": ?\"([^\"]+)\".*", "$1"));
        }
        for (int i = 0; i < READINGS; i++)
            for (int d = 0; d < devices.length; d++) {
                String text = "{\"who\": \"" + word + "-" + devices[d] + "-" + i + "\", \"" + word + devices[d] + "\": "
                        + i + "}";
                assertThat(post(node, "api/v1/" + tokens.get(d) + "/telemetry", text)
                                .statusCode())
                        .isEqualTo(200);
            }
        settle(node);
    }

    private HttpResponse<String> post(Node node, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(node.page() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String get(Node node, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(node.page() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// Everything is final, in the series, and the ledger's newest block is of now.
    private void settle(Node node) throws Exception {
        long until = System.nanoTime() + 60_000_000_000L;
        var ledger = node.core().ledger();
        while (node.core().anchorer().anchoredSize()
                        < node.core().log().reader().size()
                || node.seriesBehind() > 0
                || ledger.head().blockTime() < clock.get() - DAY_MS) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(20);
        }
    }

    /// The files that hold these bytes; of the store's tables, which are compressed, all that stands in them.
    private List<String> holding(String word) throws Exception {
        byte[] wanted = word.getBytes(StandardCharsets.UTF_8);
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean holds = file.toString().endsWith(".sst")
                        ? tableHolds(file, wanted)
                        : contains(Files.readAllBytes(file), wanted);
                if (holds) found.add(data.relativize(file).toString());
            }
        }
        return found;
    }

    private static boolean tableHolds(Path table, byte[] wanted) throws Exception {
        try (var options = new Options();
                var reader = new SstFileReader(options);
                var read = new ReadOptions()) {
            reader.open(table.toString());
            try (var rows = reader.newIterator(read)) {
                for (rows.seekToFirst(); rows.isValid(); rows.next())
                    if (contains(rows.key(), wanted) || contains(rows.value(), wanted)) return true;
                rows.status();
            }
            return false;
        }
    }

    private static boolean contains(byte[] all, byte[] wanted) {
        outer:
        for (int i = 0; i <= all.length - wanted.length; i++) {
            for (int j = 0; j < wanted.length; j++) if (all[i + j] != wanted[j]) continue outer;
            return true;
        }
        return false;
    }

    /// Does not take the bytes off the disk: the process ends before.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private enum At {
        BEFORE_ANY_BYTE,
        BEFORE_THE_VIEWS,
        BEFORE_THE_STORE
    }

    private Retention crashing(Node node, At at) {
        var disk = new Retention.Disk() {
            @Override
            public void purge(List<KeyRange> keys) {
                throw new Crash();
            }

            @Override
            public void dropCopies() {
                if (at == At.BEFORE_ANY_BYTE) throw new Crash();
            }
        };
        var views = new ErasableViews() {
            @Override
            public long taken() {
                return node.core().log().reader().size();
            }

            @Override
            public void erase(NavigableSet<Long> leaves) {
                if (at == At.BEFORE_THE_VIEWS) throw new Crash();
            }
        };
        return new Retention(
                node.core().store(), disk, node.core().logs(), node.core().ledger(), views, clock::get, e -> {});
    }

    @ParameterizedTest
    @EnumSource(At.class)
    void what_a_crash_left_on_the_disk_is_taken_off_at_the_next_start(At at) throws Exception {
        try (Node node = started()) {
            send(node, "old", "box-1", "box-2");
            assertThatThrownBy(() -> crashing(node, at).erase(BOX_1, Long.MAX_VALUE))
                    .isInstanceOf(Crash.class);
            // Erased for every reader at once.
            assertThat(proof(node, BOX_1, 1)).isInstanceOf(Result.No.class);
            assertThat(node.retention().pending()).isEqualTo(READINGS);
        }
        assertThat(holding("old-box-1-")).isNotEmpty();
        try (Node node = started()) {
            long until = System.nanoTime() + 60_000_000_000L;
            while (node.retention().pending() > 0) {
                assertThat(System.nanoTime()).isLessThan(until);
                Thread.sleep(20);
            }
            assertThat(holding("old-box-1-")).isEmpty();
            assertThat(proof(node, BOX_2, 1)).isInstanceOf(Result.Ok.class);
        }
        assertThat(Rebuild.run(data, line -> {})).isTrue();
        assertThat(holding("old-box-1-")).isEmpty();
    }

    @Test
    void the_count_of_readings_tells_at_once_what_was_erased_and_the_same_after_a_start() throws Exception {
        int each = 2 * READINGS;
        try (Node node = started()) {
            send(node, "old", "box-1", "box-2");
            assertThat(readings(node)).isEqualTo(2 * each);
            node.retention().erase(BOX_1, Long.MAX_VALUE);
            assertThat(readings(node)).isEqualTo(each);
            node.retention().erase(BOX_1, Long.MAX_VALUE);
            assertThat(readings(node)).isEqualTo(each);
        }
        try (Node node = started()) {
            assertThat(readings(node)).isEqualTo(each);
        }
    }

    private long readings(Node node) throws Exception {
        return Long.parseLong(get(node, "api/status").replaceAll("(?s).*\"readings\": ?([0-9]+).*", "$1"));
    }

    @Test
    void people_say_it_by_command() throws Exception {
        clock.set(System.currentTimeMillis());
        try (Node node = started()) {
            assertThat(run("list")).isEqualTo("No rule: everything is kept.\n");
            send(node, "old", "box-1");
            assertThat(run("set", "box-1", "--days", "30", "--yes")).contains("acme:box-1 said more than 30 days ago");
            assertThat(run("set", "--days", "400", "--yes")).contains("all devices without a rule");
            assertThat(run("list")).isEqualTo("all other devices: 400 days\nacme:box-1: 30 days\n");
            assertThat(run("set", "other:box-1", "--days", "3", "--yes")).contains("device is one of acme");
            assertThat(run("set", "--days", "0", "--yes")).contains("days is 1 to 36500");
            assertThat(run("keep", "box-1")).contains("gone");
            assertThat(run("keep", "box-1")).contains("there is no such rule");
            assertThat(run("erase", "box-1", "--older-than", "1", "--yes")).contains("contents of 0 leaves");
            assertThat(run("erase", "box-1")).contains("Nothing was done");
            assertThat(proof(node, BOX_1, 1)).isInstanceOf(Result.Ok.class);
            assertThat(run("erase", "box-1", "--yes")).contains("contents of " + READINGS + " leaves");
            assertThat(holding("old-box-1-")).isEmpty();
        }
    }

    private String run(String... arguments) {
        var out = new StringWriter();
        var all = new ArrayList<>(List.of("retention"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        return out.toString();
    }

    private static Result<byte[]> proof(Node node, DeviceId device, long n) {
        return node.core().proofs().prove(device, n);
    }

    @Test
    void what_a_rule_says_is_gone_from_every_file_and_the_rest_is_as_it_was() throws Exception {
        try (Node node = started()) {
            send(node, "old", "box-1", "box-2");
        }
        // The search finds them in the store and in the series.
        assertThat(holding("old-box-1-1"))
                .anyMatch(file -> file.startsWith("store/"))
                .anyMatch(file -> file.startsWith("series/"));
        clock.addAndGet(40 * DAY_MS);
        try (Node node = started()) {
            send(node, "new", "box-3");
            byte[] root =
                    node.core().log().reader().rootAt(node.core().log().reader().size());
            node.retention().set(new Rule(Optional.of(BOX_1), 30));
            assertThat(node.retention().run()).isEqualTo(READINGS);
            assertThat(node.retention().run()).isZero();
            assertThat(node.retention().pending()).isZero();
            assertThat(node.core()
                            .log()
                            .reader()
                            .rootAt(node.core().log().reader().size()))
                    .isEqualTo(root);
            // Of the device that is not meant, and of what is younger, everything is there and proven.
            for (long n : new long[] {1, 17, READINGS}) {
                assertThat(proof(node, BOX_1, n))
                        .satisfies(none -> assertThat(
                                        ((Result.No<byte[]>) none).refused().code())
                                .isEqualTo(Refusal.CONTENT_ERASED));
                assertThat(proof(node, BOX_2, n)).isInstanceOf(Result.Ok.class);
            }
            assertThat(get(node, "api/proofs/acme:box-1/3")).contains("content.erased", "was erased");
            assertThat(get(node, "api/readings?device=acme:box-1")).doesNotContain("old");
            assertThat(get(node, "api/readings?device=acme:box-2")).contains("old-box-2-299");
            assertThat(get(node, "api/devices")).doesNotContain("oldbox-1");
            assertThat(get(node, "api/readings?limit=500")).doesNotContain("old-box-1");
            // Also while it runs: nothing is in the write-ahead logs, nor in another file.
            assertThat(holding("old-box-1-")).isEmpty();
            assertThat(holding("oldbox-1")).isEmpty();
        }
        assertThat(holding("old-box-1-")).isEmpty();
        List<String> said = new ArrayList<>();
        assertThat(Rebuild.run(data, said::add)).isTrue();
        assertThat(said).anyMatch(line -> line.contains("the contents of " + READINGS + " are erased"));
        try (Node node = started()) {
            assertThat(proof(node, BOX_2, 5)).isInstanceOf(Result.Ok.class);
            assertThat(get(node, "api/readings?device=acme:box-2")).contains("old-box-2-299");
            // The rule of all others, whose leaves lie between those that are gone.
            node.retention().set(new Rule(Optional.empty(), 20));
            assertThat(node.retention().run()).isEqualTo(READINGS);
            assertThat(holding("old-box-2-")).isEmpty();
            assertThat(proof(node, DeviceId.of("acme:box-3"), 5)).isInstanceOf(Result.Ok.class);
            clock.addAndGet(21 * DAY_MS);
            settle(node);
            assertThat(node.retention().run()).isEqualTo(READINGS);
            assertThat(node.core().log().reader().size()).isEqualTo(3 * READINGS);
        }
        assertThat(holding("new-box-3-")).isEmpty();
        assertThat(Rebuild.run(data, line -> {})).isTrue();
    }
}
