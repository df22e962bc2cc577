package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program that nobody here wrote asks a node everything that its OpenAPI document offers, in ways that fit it and in
/// ways that do not: no server error, no answer that is not described, none that is not of its schema, and nothing
/// taken that the schemas rule out.
class SchemathesisE2E {
    private static final Path HOOKS = Path.of(
                    System.getProperty("project.root", ".."), "node", "src", "test", "resources", "schemathesis")
            .toAbsolutePath();
    private static final long MOST_SECONDS = 600;
    private static final String SEED = "20261129";

    @TempDir
    Path folder;

    private static String post(HttpClient http, String url, String json) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void every_answer_of_a_node_is_as_its_document_says() throws Exception {
        Programs.need("schemathesis");
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
                HttpClient http = HttpClient.newHttpClient()) {
            // So that what the examples name is there.
            String device = post(http, node.page() + "api/devices", "{\"name\": \"box-1\"}");
            String token = new JsonMapper().readTree(device).get("token").textValue();
            for (int i = 0; i < 20; i++)
                post(
                        http,
                        node.page() + "api/v1/" + token + "/telemetry",
                        "{\"temperature\": " + i + ", \"door\": true}");
            Path output = folder.resolve("output");
            var builder = new ProcessBuilder(
                            "schemathesis",
                            "--no-color",
                            "--config-file",
                            HOOKS.resolve("schemathesis.toml").toString(),
                            "run",
                            node.page() + "api/openapi.json",
                            "--phases",
                            "examples,coverage,fuzzing",
                            "--max-examples",
                            "4",
                            "--seed",
                            SEED,
                            // Two at once run into https://github.com/python/cpython/issues/106905 with older Pythons.
                            "--workers",
                            "1",
                            "--request-timeout",
                            "20",
                            "--continue-on-failure",
                            "--suppress-health-check",
                            "all",
                            "--warnings",
                            "off")
                    .directory(Files.createDirectory(folder.resolve("work")).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("SCHEMATHESIS_HOOKS", "thingstead_bytes");
            builder.environment().put("PYTHONPATH", HOOKS.toString());
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            Process process = builder.start();
            try {
                assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS))
                        .as("it ended")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(output);
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).containsPattern("[1-9][0-9]{2,} generated");
            System.out.println("SchemathesisE2E: "
                    + said.lines()
                            .filter(line -> line.contains("generated"))
                            .findFirst()
                            .orElseThrow()
                            .strip());
        }
    }
}
