package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.ApiKey;
import io.thingstead.node.people.ApiKeys;
import io.thingstead.node.people.Need;
import io.thingstead.node.people.People;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Keys for programs, for administrators: `Authorization: Bearer …` on any request.
public record ApiKeyRoutes(People people) {
    private static final String PART = "People";
    private static final Parameter<String> ID =
            Parameter.text("id", "Which one.").inPath();
    private static final Operation PAGE = Operation.of(PART, "The keys of programs, without the keys themselves")
            .answers(Page.class);
    private static final Operation MAKE = Operation.of(PART, "A key for a program")
            .takes(Wanted.class, "{\"name\": \"grafana\", \"scopes\": [\"read\", \"metrics\"]}")
            .answers(201, Made.class)
            .refuses(Refusal.PEOPLE_FULL);
    private static final Operation REVOKE = Operation.of(PART, "Revokes a key, at once")
            .takes(ID)
            .answers(204, "It lets nobody in any more.")
            .refuses(Refusal.REQUEST_NOT_FOUND);

    private record Shown(
            String id,
            String name,
            List<String> scopes,
            String by,
            long createdMs,
            @Says("absent: never") @Nullable Long usedMs) {}

    private record Page(
            List<Shown> keys, @Says("all that there are") List<String> scopes) {}

    private record Wanted(
            @Says(value = "which program it is for", needed = true) @Nullable
            String name,

            @Says(value = "what the program may do", needed = true) @Nullable
            List<String> scopes) {}

    private record Made(String id, @Says("told this once") String key) {}

    public void register(Routes routes) {
        routes.get("/api/api-keys", PAGE, this::page)
                .post("/api/api-keys", MAKE, this::make)
                .delete("/api/api-keys/{id}", REVOKE, this::revoke);
    }

    private void page(Context context) {
        Json.send(
                context,
                new Page(
                        people.keys().list().stream().map(this::shown).toList(),
                        Need.SCOPES.stream().map(Need::label).toList()));
    }

    private Shown shown(ApiKey key) {
        long used = people.keys().usedMs(key);
        return new Shown(
                key.shortId(),
                key.name(),
                key.scopes().stream().map(Need::label).toList(),
                key.by(),
                key.createdMs(),
                used == 0 ? null : used);
    }

    private void make(Context context) {
        var made = switch (Json.read(context.bodyAsBytes(), Wanted.class)) {
            case Result.Ok<Wanted>(Wanted wanted) -> make(context, wanted);
            case Result.No<Wanted>(Refused refused) -> new Result.No<ApiKeys.Made>(refused);
        };
        switch (made) {
            case Result.Ok<ApiKeys.Made>(ApiKeys.Made key) ->
                Json.send(context.status(201), new Made(key.key().shortId(), key.secret()));
            case Result.No<ApiKeys.Made>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private Result<ApiKeys.Made> make(Context context, Wanted wanted) {
        var scopes = EnumSet.noneOf(Need.class);
        for (var label : Objects.requireNonNullElse(wanted.scopes, List.<String>of())) {
            var scope = Need.scope(String.valueOf(label));
            if (scope.isEmpty()) return Result.no(Refusal.REQUEST_MALFORMED, "there is no scope " + label);
            scopes.add(scope.get());
        }
        return people.keys().make(Objects.requireNonNullElse(wanted.name, "").strip(), scopes, Access.caller(context));
    }

    private void revoke(Context context) {
        if (people.keys().revoke(new Params(context).find(ID).orElse(""), Access.caller(context))) context.status(204);
        else Problem.send(context, Refusal.REQUEST_NOT_FOUND, "there is no such key");
    }
}
