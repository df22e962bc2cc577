package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.node.api.Access;
import io.thingstead.node.api.HttpCounters;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.Needs;
import io.thingstead.node.people.Need;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route that a node has says in [Needs] what it needs, and nothing stands there that no route is.
class NeedsTest {
    @TempDir
    Path folder;

    @Test
    void every_route_of_a_node_has_a_need_and_every_need_a_route() {
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            assertThat(node.http().routes()).containsExactlyInAnyOrderElementsOf(Needs.routes());
        }
    }

    @Test
    void a_stranger_is_refused_by_every_route_that_needs_something_and_learns_nothing_by_asking_for_heads()
            throws Exception {
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
                HttpClient http = HttpClient.newHttpClient()) {
            for (String route : Needs.routes()) {
                Need need = Needs.of(route).orElseThrow();
                if (need.compareTo(Need.COMMANDS) < 0) continue;
                String path = route.split(" ")[1].replaceAll("[{<]\\w+[}>]", "1");
                for (String method : List.of(route.split(" ")[0], "HEAD")) {
                    var answer = http.send(
                            HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .header("X-Forwarded-For", "192.0.2.7")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    if (method.equals("HEAD")) assertThat(answer.body()).isEmpty();
                    else assertThat(answer.body()).as(route).contains("request.forbidden");
                }
            }
        }
    }

    @Test
    void a_listener_with_a_route_that_has_no_need_does_not_start() {
        assertThatThrownBy(() -> HttpServer.start(
                        "127.0.0.1",
                        0,
                        List.of(routes -> routes.file("/api/secrets", context -> context.result("all of them"))),
                        new Access(null, "127.0.0.1"),
                        new HttpCounters(new SimpleMeterRegistry())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("GET /api/secrets");
    }
}
