package io.thingstead.node.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Compares a running node's answers with its own OpenAPI document: status, media type and every member.
public final class DocumentedAnswers {
    private static final JsonMapper JSON = new JsonMapper();

    private final String url;
    private final HttpClient http;
    private final JsonNode document;
    private final ObjectNode strict;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Set<String> seen = new TreeSet<>();

    /// @param url of the node, without a slash at its end
    public DocumentedAnswers(HttpClient http, String url) throws IOException, InterruptedException {
        this.http = http;
        this.url = url;
        this.document = JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create(url + "/api/openapi.json"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
        strict = (ObjectNode) JSON.readTree(
                document.at("/components/schemas").toString().replace("#/components/schemas/", "#/$defs/"));
        strict.forEach(DocumentedAnswers::close);
    }

    /// The document lets members be added; here each that is answered must stand in it.
    private static void close(JsonNode schema) {
        if (schema.has("properties") && !schema.has("additionalProperties"))
            ((ObjectNode) schema).put("additionalProperties", false);
    }

    public JsonNode document() {
        return document;
    }

    /// `GET /api/status 200` and so on, of what was checked so far.
    public Set<String> seen() {
        return seen;
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, null);
    }

    /// Sends JSON and checks what comes back.
    public HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        return send(method, path, "application/json", HttpRequest.BodyPublishers.ofString(json));
    }

    /// @param headers names and values, one after another
    public HttpResponse<String> send(
            String method, String path, String mediaType, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : body);
        if (mediaType != null) request.header("Content-Type", mediaType);
        if (headers.length > 0) request.headers(headers);
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        check(method, path, answer);
        return answer;
    }

    private void check(String method, String path, HttpResponse<String> answer) {
        String template =
                template(method, path).orElseThrow(() -> new AssertionError(method + " " + path + " is not described"));
        String what = method + " " + path + " -> " + answer.statusCode() + " " + answer.body();
        JsonNode operation = document.get("paths").get(template).get(method.toLowerCase(java.util.Locale.ROOT));
        JsonNode response = operation.get("responses").get(Integer.toString(answer.statusCode()));
        assertThat(response).as(what).isNotNull();
        if (response.has("$ref"))
            response = document.at(response.get("$ref").textValue().substring(1));
        seen.add(method + " " + template + " " + answer.statusCode());
        JsonNode content = response.get("content");
        if (content == null) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        String mediaType =
                answer.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
        assertThat(content.has(mediaType)).as("%s as %s", what, mediaType).isTrue();
        JsonNode schema = content.get(mediaType).get("schema");
        if (schema != null && Operation.isJson(mediaType))
            assertThat(errors(schema, answer.body())).as(what).isEmpty();
    }

    /// What of a JSON text does not fit a schema of the document.
    public List<String> errors(JsonNode schema, String json) {
        try {
            ObjectNode whole =
                    (ObjectNode) JSON.readTree(schema.toString().replace("#/components/schemas/", "#/$defs/"));
            whole.set("$defs", strict);
            return schemas.getSchema(whole).validate(JSON.readTree(json)).stream()
                    .map(Error::toString)
                    .toList();
        } catch (IOException e) {
            return List.of("not JSON: " + e.getMessage());
        }
    }

    private Optional<String> template(String method, String path) {
        String plain = path.replaceFirst("[?].*", "");
        var fitting = new ArrayList<String>();
        document.get("paths").fieldNames().forEachRemaining(template -> {
            String pattern =
                    "\\Q" + template.replace("{path}", "\\E.+\\Q").replaceAll("\\{[^}]*}", "\\\\E[^/]+\\\\Q") + "\\E";
            boolean takes = document.get("paths").get(template).has(method.toLowerCase(java.util.Locale.ROOT));
            if (takes && Pattern.matches(pattern, plain)) fitting.add(template);
        });
        // A path without parameters before one with them.
        return fitting.stream()
                .min(java.util.Comparator.comparingLong(
                        t -> t.chars().filter(c -> c == '{').count()));
    }
}
