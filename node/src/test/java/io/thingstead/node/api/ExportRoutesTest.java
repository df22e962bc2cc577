package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.Value;
import io.thingstead.node.faults.Patience;
import io.thingstead.node.view.SigningDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readings taken out in bulk, of a real member.
class ExportRoutesTest {
    private static final long T = 1_790_000_000_000L;

    @TempDir
    private static Path folder;

    private static PartialNode node;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        node = new PartialNode(folder.resolve("node"));
        http = HttpClient.newHttpClient();
        SigningDevice box = node.device("box");
        SigningDevice door = node.device("door");
        box.send(Measurement.of("t", "Cel", 21.5, T));
        door.send(new Measurement("note", null, new Value.Text("shut, \"at last\""), T + 1));
        door.send(new Measurement("open", null, new Value.Flag(true), T + 2));
        box.send(Measurement.of("t", "Cel", -3, T + 3));
        node.awaitViews();
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(node.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String time(long timeMs) {
        return Instant.ofEpochMilli(timeMs).toString();
    }

    @Test
    void as_csv() throws Exception {
        var all = get("/api/export");
        assertThat(all.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(all.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("readings.csv");
        assertThat(all.body().split("\r\n"))
                .containsExactly(
                        "time,device,name,unit,value,trust,index",
                        time(T) + ",home:box,t,Cel,21.5,device-signed,0",
                        time(T + 1) + ",home:door,note,,\"shut, \"\"at last\"\"\",device-signed,1",
                        time(T + 2) + ",home:door,open,,true,device-signed,2",
                        time(T + 3) + ",home:box,t,Cel,-3,device-signed,3");
        assertThat(get("/api/export?device=home:box&from=" + T + "&to=" + (T + 3))
                        .body()
                        .lines())
                .hasSize(2);
        assertThat(get("/api/export?device=home:box,home:door&name=open").body())
                .contains(",true,");
        assertThat(get("/api/export?name=nothing").body()).isEqualTo("time,device,name,unit,value,trust,index\r\n");
    }

    @Test
    void as_json_lines() throws Exception {
        var lines =
                get("/api/export?format=ndjson&device=home:door").body().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode note = new JsonMapper().readTree(lines.getFirst());
        assertThat(note.get("value").textValue()).isEqualTo("shut, \"at last\"");
        assertThat(note.get("timeMs").longValue()).isEqualTo(T + 1);
        assertThat(new JsonMapper().readTree(lines.get(1)).get("value").booleanValue())
                .isTrue();
    }

    @Test
    void as_parquet_of_which_nothing_stays_behind() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/export?format=parquet"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.body()).startsWith('P', 'A', 'R', '1').endsWith('P', 'A', 'R', '1');
        // it is deleted once all is sent, which may be after all is received
        Patience.await("nothing stays behind", () -> {
            try (var left = Files.list(folder.resolve("node/series/exports"))) {
                return left.findAny().isEmpty();
            }
        });
    }

    @Test
    void what_cannot_be_exported_is_said_under_a_code() throws Exception {
        for (var wrong : List.of(
                List.of("/api/export?format=xml", "400", "request.malformed"),
                List.of("/api/export?device=", "400", "request.malformed"),
                List.of("/api/export?device=home:box,", "400", "request.malformed"),
                List.of("/api/export?device=" + "home:box,".repeat(50) + "home:box", "400", "request.malformed"),
                List.of("/api/export?from=-1", "400", "request.malformed"),
                List.of("/api/export?device=acme:box", "403", "device.foreign"),
                List.of("/api/export?device=home:box,home:nobody", "404", "device.unknown"))) {
            var answer = get(wrong.get(0));
            assertThat(answer.statusCode()).as(wrong.get(0)).isEqualTo(Integer.parseInt(wrong.get(1)));
            assertThat(answer.body()).contains(wrong.get(2));
        }
    }
}
