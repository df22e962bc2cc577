package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.api.Access;
import io.thingstead.node.api.Health;
import io.thingstead.node.api.HealthRoutes;
import io.thingstead.node.api.HttpCounters;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.Notice;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.mirror.MirrorState.Condition;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node shows to Prometheus is what the documents and the dashboard say, and it moves with what happens.
class MetricsTest {
    private static final Path DOCS =
            Path.of(System.getProperty("project.root", "..")).resolve("docs");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) \\S+$");
    private static final Pattern NAME = Pattern.compile("\\b(?:thingstead|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(thingstead_[a-z_]+)` \\|");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Node node;

    @BeforeEach
    void start() {
        node = Node.start(folder, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
    }

    @AfterEach
    void close() {
        client.close();
        node.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(URI.create(node.page()), path);
    }

    private HttpResponse<String> get(URI page, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(page.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String scraped() throws Exception {
        var answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        return answer.body();
    }

    private double value(String series) throws Exception {
        return scraped()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series));
    }

    /// A node alone mirrors nobody: its names, and those of mirrors of another member's log.
    private Set<String> shown() throws Exception {
        Set<String> names = found(TYPE, scraped());
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var log = new LogId(new MemberId("bolt"), 1);
        var state = new MirrorState(log, "bolt.example/log/1", 7, 9, 5, Condition.BEHIND, 0, "behind");
        new MirrorMeters(registry, () -> List.of(state)).look();
        String ofMirrors = registry.scrape();
        assertThat(ofMirrors)
                .contains("thingstead_mirror_leaves{log=\"bolt/1\"} 7.0")
                .contains("thingstead_mirror_anchored_leaves{log=\"bolt/1\"} 9.0")
                .contains("thingstead_mirror_cosigned_leaves{log=\"bolt/1\"} 5.0")
                .contains("thingstead_mirrors{condition=\"behind\"} 1.0");
        names.addAll(found(TYPE, ofMirrors));
        return names;
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(match.groupCount()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_documents_list_each_metric_and_no_other() throws Exception {
        Set<String> own = shown().stream()
                .filter(name -> name.startsWith("thingstead_") && !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found(DOCUMENTED, Files.readString(DOCS.resolve("operations.md"))))
                .isEqualTo(own);
    }

    @Test
    void every_metric_of_the_dashboard_exists() throws Exception {
        JsonNode dashboard =
                new ObjectMapper().readTree(DOCS.resolve("grafana.json").toFile());
        Set<String> names = new TreeSet<>();
        dashboard.findValuesAsText("expr").forEach(expression -> names.addAll(found(NAME, expression)));
        dashboard.findValuesAsText("query").forEach(expression -> names.addAll(found(NAME, expression)));
        assertThat(names).hasSizeGreaterThan(30);
        Set<String> shown = shown();
        // Java counts pauses once it has collected.
        System.gc();
        shown.addAll(found(TYPE, scraped()));
        names.removeIf(name -> shown.contains(name) || shown.contains(name.replaceFirst("_(count|sum|max)$", "")));
        assertThat(names).isEmpty();
    }

    @Test
    void figures_move_with_what_happens() throws Exception {
        assertThat(value("thingstead_node{ledger=\""
                        + node.core().ledger().head().ledger().hex() + "\",member=\"acme\",version=\"unreleased\"}"))
                .isEqualTo(1);
        double writes = value("thingstead_store_writes_seconds_count");
        var device = new TokenDevice(client, URI.create(node.page()), "box-1");
        device.send(21.5);
        device.send(22);
        assertThat(value("thingstead_log_leaves")).isEqualTo(2);
        assertThat(value("thingstead_log_frames_total{outcome=\"accepted\"}")).isEqualTo(2);
        assertThat(value("thingstead_ingest_messages_total{outcome=\"accepted\"}"))
                .isEqualTo(2);
        assertThat(value("thingstead_ledger_devices")).isEqualTo(1);
        assertThat(value("thingstead_store_writes_seconds_count")).isGreaterThan(writes);
        assertThat(value("thingstead_process_resident_bytes")).isGreaterThan(10_000_000);
        get("/nothing/here");
        assertThat(value("thingstead_http_refused_total{code=\"request.not-found\"}"))
                .isEqualTo(1);
        assertThat(value("thingstead_http_requests_seconds_count{status=\"4xx\"}"))
                .isEqualTo(1);
        long until = System.nanoTime() + 60_000_000_000L;
        while (value("thingstead_log_anchored_leaves") < 2 && System.nanoTime() < until) Thread.sleep(100);
        assertThat(value("thingstead_log_anchored_leaves")).isEqualTo(2);
    }

    @Test
    void a_node_that_takes_readings_is_live_and_ready() throws Exception {
        for (String path : List.of("/health/live", "/health/ready")) {
            var answer = get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"ok\":true,\"problems\":[]}");
        }
    }

    @Test
    void a_log_that_ended_asks_for_a_restart() {
        var health = new NodeHealth(node.core());
        assertThat(health.mustRestart()).isEmpty();
        node.close();
        assertThat(health.mustRestart()).extracting(Notice::code).containsExactly("store.unavailable");
    }

    @Test
    void problems_are_answered_with_503_and_what_they_are() throws Exception {
        Health sick = new Health() {
            @Override
            public List<Notice> mustRestart() {
                return List.of();
            }

            @Override
            public List<Notice> refusesReadings() {
                return List.of(new Notice("store.unavailable", "the disk is almost full"));
            }
        };
        var counters = new HttpCounters(new SimpleMeterRegistry());
        try (var server = HttpServer.start(
                "127.0.0.1", 0, List.of(new HealthRoutes(sick)::register), Access.ofThisMachine(), counters)) {
            URI page = URI.create("http://127.0.0.1:" + server.port());
            assertThat(get(page, "/health/live").statusCode()).isEqualTo(200);
            var answer = get(page, "/health/ready");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body())
                    .isEqualTo("{\"ok\":false,\"problems\":[{\"code\":\"store.unavailable\","
                            + "\"text\":\"the disk is almost full\"}]}");
        }
    }
}
