package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a listener that other machines reach, commands are for the operator.
class ReachableCommandsTest {
    private static final String TOKEN = "the-administrators-token";

    @TempDir
    Path folder;

    private static HttpResponse<String> ask(HttpClient http, String url, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void others_see_no_commands_no_shadows_and_no_commands_in_live_events() throws Exception {
        try (var node = new PartialNode(folder.resolve("node"), 0, TOKEN, "0.0.0.0");
                HttpClient http = HttpClient.newHttpClient()) {
            String device =
                    node.url() + "/api/devices/" + node.device("lock").id.value();
            var live = http.send(
                    HttpRequest.newBuilder(URI.create(node.url() + "/api/live")).build(),
                    HttpResponse.BodyHandlers.ofLines());
            var issued = http.send(
                    HttpRequest.newBuilder(URI.create(device + "/commands"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"secret-word\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(issued.statusCode()).isEqualTo(201);
            for (String path : List.of("/commands", "/commands/1", "/shadow")) {
                var foreign = ask(http, device + path, "X-Forwarded-For", "192.0.2.7");
                assertThat(foreign.statusCode()).as(path).isEqualTo(403);
                assertThat(foreign.body()).contains("request.forbidden").doesNotContain("secret-word");
                var operator =
                        ask(http, device + path, "X-Forwarded-For", "192.0.2.7", "Authorization", "Bearer " + TOKEN);
                assertThat(operator.statusCode()).as(path).isEqualTo(200);
                assertThat(ask(http, device + path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(live.body()
                            .filter(line -> line.contains("\"commands\":"))
                            .limit(3))
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line).contains("\"commands\":[]"));
        }
    }
}
