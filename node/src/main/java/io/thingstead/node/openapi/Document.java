package io.thingstead.node.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.model.Refusal;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// The OpenAPI 3.1 document of what a listener answers.
///
/// @param cookie the name of the session's cookie
/// @param statusOf the status with which a code is told
/// @param needOf what a route needs of a caller, as people and programs write it; empty where it asks nothing, or by
/// itself
public record Document(
        String version, String cookie, ToIntFunction<Refusal> statusOf, Function<Described, Optional<String>> needOf) {
    private static final String PROBLEM_TYPE = "application/problem+json";
    private static final String PROBLEM = "Problem";
    private static final String KEY = "key";
    private static final String SESSION = "session";
    private static final int MOST_IN_NAME = 2;
    /// With what every route may answer: a request that is none, a name that is not the listener's, no time for it, an
    /// answer that nobody here can give.
    private static final Set<Refusal> EVERYWHERE = EnumSet.of(
            Refusal.REQUEST_MALFORMED,
            Refusal.REQUEST_FORBIDDEN,
            Refusal.REQUEST_TOO_LARGE,
            Refusal.REQUEST_NOT_ACCEPTABLE,
            Refusal.BUSY,
            Refusal.STORE_UNAVAILABLE);

    /// With what a route that needs something answers whoever may not ask it.
    private static final Set<Refusal> TO_STRANGERS = EnumSet.of(
            Refusal.ACCESS_SIGN_IN,
            Refusal.ACCESS_ROLE,
            Refusal.ACCESS_MANY,
            Refusal.SESSION_INVALID,
            Refusal.ACCESS_KEY);

    private static final String DETAILS = """
            What a Thingstead node answers over HTTP. \
            What is refused is a problem (RFC 9457, `application/problem+json`) with a `code` that is stable; texts may change. \
            Beside the answers that stand at each route: 404 `request.not-found` for what is not here, \
            405 `request.method` with `Allow`, 500 `store.unavailable` where the node itself failed. \
            Members may be added to answers: leave out what you do not know. \
            Times are milliseconds since 1970 (UTC). \
            A list that has more carries `next`: hand it back, as it is, for what follows.""";

    public ObjectNode of(List<Described> routes) {
        var schemas = new Schemas();
        ObjectNode document = Schemas.object().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Thingstead")
                .put("version", version)
                .put("description", DETAILS);
        document.putArray("servers").addObject().put("url", "/");
        var parts = new TreeSet<String>();
        ObjectNode paths = document.putObject("paths");
        var byPath = new HashMap<String, ObjectNode>();
        ObjectNode problems = Schemas.object();
        for (Described route : routes) {
            parts.add(route.operation().part());
            byPath.computeIfAbsent(route.path(), paths::putObject)
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route, schemas, problems));
        }
        ObjectNode components = document.putObject("components");
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject(KEY)
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "An API key, with the scope that stands at the route as `x-need`.");
        schemes.putObject(SESSION)
                .put("type", "apiKey")
                .put("in", "cookie")
                .put("name", cookie)
                .put("description", "Somebody is signed in.");
        ObjectNode all = components.putObject("schemas");
        schemas.components().forEach(all::set);
        all.set(PROBLEM, anyProblem());
        components.set("responses", problems);
        var tags = document.putArray("tags");
        parts.forEach(part -> tags.addObject().put("name", part));
        return document;
    }

    private ObjectNode operation(Described route, Schemas schemas, ObjectNode sharedProblems) {
        Operation operation = route.operation();
        ObjectNode json = Schemas.object();
        json.putArray("tags").add(operation.part());
        json.put("operationId", route.id()).put("summary", operation.summary());
        if (!operation.details().isEmpty()) json.put("description", operation.details());
        var parameters = json.putArray("parameters");
        operation.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
        Body body = operation.body();
        if (body != null) json.set("requestBody", body(body, schemas));
        ObjectNode responses = json.putObject("responses");
        for (Answer answer : operation.answersInOrder()) answer(responses, answer, schemas);
        problems(responses, operation, needOf.apply(route).isPresent(), sharedProblems);
        needOf.apply(route).ifPresent(need -> {
            json.put("x-need", need);
            var security = json.putArray("security");
            // Where nobody has to sign in, this machine's own requests need nothing.
            security.addObject();
            security.addObject().putArray(KEY);
            security.addObject().putArray(SESSION);
        });
        return json;
    }

    private static ObjectNode parameter(Parameter<?> parameter) {
        ObjectNode json = Schemas.object()
                .put("name", parameter.name())
                .put("in", parameter.place().label())
                .put("required", parameter.isRequired())
                .put("description", parameter.says());
        ObjectNode schema = parameter.schema().deepCopy();
        // Commas between the values.
        if (schema.get("type").textValue().equals("array"))
            json.put("style", "form").put("explode", false);
        if (parameter.otherwise() instanceof Long number) schema.put("default", number);
        else if (parameter.otherwise() != null)
            schema.put("default", parameter.otherwise().toString());
        json.set("schema", schema);
        if (parameter.example() != null) json.set("example", Examples.value(parameter.example()));
        return json;
    }

    private static ObjectNode body(Body body, Schemas schemas) {
        ObjectNode json = Schemas.object();
        if (!body.says().isEmpty()) json.put("description", body.says());
        json.put("required", body.isRequired());
        ObjectNode content = json.putObject("content");
        for (String type : body.mediaTypes()) {
            ObjectNode media = content.putObject(type);
            if (body.json() != null) media.set("schema", schemas.taken(body.json()));
            else if (!Operation.isJson(type)) media.set("schema", Schemas.of("string"));
            if (body.example() != null) media.set("example", Examples.value(body.example()));
        }
        return json;
    }

    private static void answer(ObjectNode responses, Answer answer, Schemas schemas) {
        ObjectNode json = responses.withObject("/" + answer.status());
        json.put("description", answer.says().isEmpty() ? "Done." : answer.says());
        if (answer.mediaType() == null) return;
        ObjectNode media = json.withObject("/content").putObject(answer.mediaType());
        if (answer.json().size() == 1)
            media.set("schema", schemas.of(answer.json().getFirst()));
        else if (!answer.json().isEmpty()) {
            var anyOf = media.putObject("schema").putArray("anyOf");
            answer.json().forEach(type -> anyOf.add(schemas.of(type)));
        } else if (answer.schema() != null) media.set("schema", answer.schema());
    }

    /// Those that many routes share stand once.
    private void problems(ObjectNode responses, Operation operation, boolean needsSomething, ObjectNode shared) {
        var byStatus = new TreeMap<Integer, TreeSet<String>>();
        var codes = EnumSet.copyOf(EVERYWHERE);
        codes.addAll(operation.refusals());
        if (needsSomething) codes.addAll(TO_STRANGERS);
        for (Refusal code : codes)
            byStatus.computeIfAbsent(statusOf.applyAsInt(code), _ -> new TreeSet<>())
                    .add(code.code());
        byStatus.forEach((status, all) -> {
            if (responses.has(Integer.toString(status))) {
                alternative(responses.withObject("/" + status), problem(status, all));
            } else if (all.size() <= MOST_IN_NAME) {
                String name = String.join("_", all);
                if (!shared.has(name)) alternative(shared.putObject(name), problem(status, all));
                responses.putObject(Integer.toString(status)).put("$ref", "#/components/responses/" + name);
            } else {
                alternative(responses.putObject(Integer.toString(status)), problem(status, all));
            }
        });
    }

    /// Beside what an answer of this status may hold otherwise.
    private static void alternative(ObjectNode response, ObjectNode problem) {
        if (!response.has("description")) response.put("description", "It is refused.");
        response.withObject("/content").putObject(PROBLEM_TYPE).set("schema", problem);
    }

    private static ObjectNode problem(int status, Set<String> codes) {
        ObjectNode schema = Schemas.object();
        var both = schema.putArray("allOf");
        both.addObject().put("$ref", "#/components/schemas/" + PROBLEM);
        ObjectNode properties = both.addObject().putObject("properties");
        properties.putObject("status").put("const", status);
        var values = properties.putObject("code").putArray("enum");
        codes.forEach(values::add);
        return schema;
    }

    private static ObjectNode anyProblem() {
        ObjectNode schema = Schemas.of("object").put("description", "Why it is refused (RFC 9457).");
        ObjectNode properties = schema.putObject("properties");
        properties.set("type", Schemas.of("string"));
        properties.set("title", Schemas.of("string"));
        properties.set("status", Schemas.of("integer"));
        properties.set("code", Schemas.of("string").put("description", "for programs; it stays the same for ever"));
        properties.set("detail", Schemas.of("string").put("description", "for people"));
        var required = schema.putArray("required");
        properties.fieldNames().forEachRemaining(required::add);
        return schema;
    }
}
