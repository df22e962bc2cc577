package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where this member's engine asks for light blocks while it takes a snapshot: on the loopback interface, one path for
/// each other member, whose engine is asked over the connections between members. Only a few questions are known, and
/// CometBFT verifies every answer.
final class LightBlocks implements AutoCloseable {
    private static final int MAX_QUESTION = 16_384;
    private static final int BACKLOG = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The parameters of each question, in the order in which they are asked on.
    private static final Map<String, List<String>> QUESTIONS = Map.of(
            "status", List.of(),
            "commit", List.of("height"),
            "consensus_params", List.of("height"),
            "validators", List.of("height", "page", "per_page"));

    private final OtherMembers others;
    private final HttpServer server;
    private final ExecutorService threads;

    LightBlocks(OtherMembers others) {
        this.others = others;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the engine's light blocks", e);
        }
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// The address of what a member says.
    String of(MemberId member) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + member;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            byte[] question = in.readNBytes(MAX_QUESTION + 1);
            MemberId member = MemberId.parse(exchange.getRequestURI().getPath().substring(1))
                    .orElse(null);
            byte[] answer = member == null || question.length > MAX_QUESTION ? null : answer(member, question);
            if (answer == null) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /// The member's answer under the question's own id (JSON-RPC 2.0), or null: not a question that is known.
    private byte @Nullable [] answer(MemberId member, byte[] question) throws IOException {
        JsonNode asked = read(question);
        List<String> names =
                asked == null ? null : QUESTIONS.get(asked.path("method").asText());
        if (asked == null || names == null) {
            return null;
        }
        JsonNode params = asked.path("params");
        String query = names.stream()
                .filter(name ->
                        !params.path(name).isMissingNode() && !params.path(name).isNull())
                .map(name -> name + "=" + params.path(name).asText().replaceAll("[^0-9]", ""))
                .collect(Collectors.joining("&"));
        String path = asked.path("method").asText() + (query.isEmpty() ? "" : "?" + query);
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", asked.path("id"));
        try {
            MemberAnswer given = others.ask(member, EngineRoute.PREFIX + path, EngineRoute.MAX_ANSWER + 1_024);
            JsonNode body = given.isOk() ? JSON.readTree(given.body()) : JSON.createObjectNode();
            if (body.has("result")) {
                answer.set("result", body.path("result"));
            } else {
                answer.set("error", body.has("error") ? body.path("error") : error("no answer: " + given.status()));
            }
        } catch (MemberUnreachable | IOException e) {
            answer.set("error", error(String.valueOf(e.getMessage())));
        }
        return JSON.writeValueAsBytes(answer);
    }

    private static @Nullable JsonNode read(byte[] question) throws IOException {
        try {
            return JSON.readTree(question);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static ObjectNode error(String why) {
        return JSON.createObjectNode()
                .put("code", -32_603)
                .put("message", "Internal error")
                .put("data", why);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
