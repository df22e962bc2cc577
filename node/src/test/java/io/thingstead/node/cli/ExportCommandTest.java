package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.view.SigningDevice;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead export` and `thingstead sql` at a running node.
class ExportCommandTest {
    /// 21 September 2026, 14:13:20.
    private static final long T = 1_790_000_000_000L;
    private static final long DAY = 24 * 3_600_000;

    @TempDir
    private static Path folder;

    private static Node node;

    private int code;

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        for (String name : List.of("box-1", "box-2")) {
            var box = SigningDevice.registered(node.core(), name);
            for (int i = 0; i < 3; i++) {
                box.send(Measurement.of("temperature", "Cel", 20.5 + i, T + i * DAY));
                box.send(Measurement.of("humidity", "%RH", 40, T + i * DAY));
            }
        }
        while (node.seriesBehind() > 0) Thread.sleep(20);
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
    }

    private String run(String... arguments) {
        var out = new StringWriter();
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", folder.resolve("node").toString()));
        code = Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        return out.toString();
    }

    private static List<String> lines(Path file) throws Exception {
        return Files.readAllLines(file);
    }

    @Test
    void some_devices_of_a_span_go_to_a_file_which_says_by_its_name_what_it_is() throws Exception {
        Path csv = folder.resolve("some.csv");
        assertThat(run(
                        "export",
                        "box-1",
                        "acme:box-2",
                        "--name",
                        "temperature",
                        "--from",
                        "2026-09-22",
                        "--to",
                        Instant.ofEpochMilli(T + 2 * DAY).toString(),
                        "-o",
                        csv.toString()))
                .isEqualToNormalizingNewlines(csv + ": " + Files.size(csv) + " bytes\n");
        assertThat(code).isZero();
        assertThat(lines(csv))
                .hasSize(3)
                .contains(Instant.ofEpochMilli(T + DAY) + ",acme:box-1,temperature,Cel,21.5,device-signed,2");

        Path ndjson = folder.resolve("all.jsonl");
        run("export", "-o", ndjson.toString());
        assertThat(code).isZero();
        assertThat(lines(ndjson))
                .hasSize(12)
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));

        Path parquet = folder.resolve("all.parquet");
        run("export", "--from", Long.toString(T + DAY), "-o", parquet.toString());
        assertThat(code).isZero();
        assertThat(new String(Files.readAllBytes(parquet), StandardCharsets.ISO_8859_1))
                .startsWith("PAR1")
                .endsWith("PAR1");

        Path named = folder.resolve("named.parquet");
        run("export", "--format", "csv", "-o", named.toString());
        assertThat(lines(named)).hasSize(13);
    }

    @Test
    void without_a_file_the_bytes_go_to_standard_output() {
        var before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(run("export", "box-1", "--name", "humidity")).isEmpty();
        } finally {
            System.setOut(before);
        }
        assertThat(code).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .first()
                .isEqualTo("time,device,name,unit,value,trust,index");
    }

    @Test
    void what_is_refused_is_said_and_leaves_the_file_as_it_was() throws Exception {
        Path file = folder.resolve("kept.csv");
        Files.writeString(file, "from before");
        for (var wrong : List.of(
                List.of("nobody", "device.unknown"),
                List.of("other:box", "device.foreign"),
                List.of("--from=yesterday", "not a time: yesterday"),
                List.of("--format=xml", "request.malformed"))) {
            assertThat(run("export", wrong.getFirst(), "-o", file.toString())).contains(wrong.getLast());
            assertThat(code).as(wrong.getFirst()).isNotZero();
        }
        assertThat(file).hasContent("from before");
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
        var out = new StringWriter();
        assertThat(Thingstead.commandLine()
                        .setErr(new PrintWriter(out))
                        .execute("export", "--data", folder.resolve("nothing").toString()))
                .isNotZero();
        assertThat(out.toString()).contains("no node runs with the data folder");
    }

    @Test
    void a_question_in_sql_is_answered_as_a_table_as_csv_or_as_json() {
        String means =
                "SELECT device, avg(number) AS mean FROM reading WHERE name = 'temperature' GROUP BY ALL ORDER BY 1";
        assertThat(run("sql", means)).isEqualToNormalizingNewlines("""
                        device      mean
                        ----------  ----
                        acme:box-1  21.5
                        acme:box-2  21.5
                        """);
        assertThat(code).isZero();
        assertThat(run("sql", "--csv", "SELECT 'a, b' AS \"x\"\"y\", NULL AS z, true AS w"))
                .isEqualToNormalizingNewlines("\"x\"\"y\",z,w\n\"a, b\",,true\n");
        assertThat(run("sql", "--json", "SELECT count(*) AS n FROM readings('acme:box-1')"))
                .isEqualToNormalizingNewlines(
                        "{\"columns\":[{\"name\":\"n\",\"type\":\"BIGINT\"}],\"rows\":[[6]],\"more\":false}\n");
        assertThat(run("sql", "--limit", "2", "SELECT \"index\" FROM reading ORDER BY 1"))
                .isEqualToNormalizingNewlines("""
                        index
                        -----
                            0
                            1
                        There are more rows than these: ask for more with --limit, or for less with LIMIT.
                        """);
        assertThat(run("sql", "DROP VIEW reading")).contains("sql.refused");
        assertThat(code).isNotZero();
        assertThat(run("sql", "SELECT nothing FROM reading")).contains("sql.failed");
        assertThat(run("sql", "--limit", "0", "SELECT 1")).contains("request.malformed");
    }
}
