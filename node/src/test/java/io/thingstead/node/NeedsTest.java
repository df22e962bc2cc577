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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route that a node has says in [Needs] what it needs, and nothing stands there that no route is.
class NeedsTest {
    /// One route of each scope that changes nothing, where there is one.
    private static final Set<String> READ_ONLY = Set.of(
            "GET /api/status",
            "GET /metrics",
            "GET /api/export",
            "GET /api/claims",
            "GET /api/alarm-channels",
            "GET /api/people");

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
                if (need.compareTo(Need.SIGNED_IN) < 0) continue;
                String path = path(route);
                for (String method : List.of(route.split(" ")[0], "HEAD")) {
                    var answer = http.send(
                            HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .header("X-Forwarded-For", "192.0.2.7")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    if (method.equals("HEAD")) assertThat(answer.body()).isEmpty();
                    else assertThat(answer.body()).as(route).contains("access.sign-in");
                }
            }
        }
    }

    @Test
    void a_key_is_refused_by_every_route_that_needs_another_scope_than_it_has() throws Exception {
        try (Node node = Node.start(folder.resolve("node"), NodeConfig.DEFAULT.withPorts(0, 0));
                HttpClient http = HttpClient.newHttpClient()) {
            URI page = URI.create(node.page());
            for (Need scope : Need.SCOPES) {
                String made = ask(
                        http,
                        HttpRequest.newBuilder(page.resolve("/api/api-keys"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"name\": \"one\", \"scopes\": [\"" + scope.label() + "\"]}")));
                String key = made.replaceAll(".*\"(tsk_[^\"]+)\".*", "$1");
                for (String route : Needs.routes()) {
                    Need need = Needs.of(route).orElseThrow();
                    // What it may do it is not asked to do here, and live events do not end.
                    boolean isAsked = Need.SCOPES.contains(need) && (need != scope || READ_ONLY.contains(route));
                    if (!isAsked) continue;
                    String answer = ask(
                            http,
                            HttpRequest.newBuilder(page.resolve(path(route)))
                                    .method(route.split(" ")[0], HttpRequest.BodyPublishers.noBody())
                                    .header("Authorization", "Bearer " + key));
                    if (need == scope) assertThat(answer).as(route).doesNotContain("\"access.role\",");
                    else
                        assertThat(answer)
                                .as("%s with %s", route, scope)
                                .contains("\"access.role\",")
                                .contains("it needs " + need.label());
                }
            }
        }
    }

    private static String path(String route) {
        return route.split(" ")[1].replaceAll("[{<]\\w+[}>]", "1");
    }

    private static String ask(HttpClient http, HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void a_listener_with_a_route_that_has_no_need_does_not_start() {
        assertThatThrownBy(() -> HttpServer.start(
                        "127.0.0.1",
                        0,
                        List.of(routes -> routes.file("/api/secrets", context -> context.result("all of them"))),
                        Access.ofThisMachine(),
                        new HttpCounters(new SimpleMeterRegistry())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("GET /api/secrets");
    }
}
