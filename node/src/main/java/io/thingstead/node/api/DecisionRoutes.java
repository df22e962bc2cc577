package io.thingstead.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.MemberDecisions.Wanted;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.ValidatorSet;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the members decide: all of it in plain words, and this member's voice in it.
final class DecisionRoutes {
    private static final int MAX_SHOWN = 200;
    private static final int MAX_BODY = 32_768;

    private static final Operation PAGE =
            Operation.of("Members", "What the members decide, the newest first").answers(Page.class);
    private static final Operation INVITE = Operation.of("Members", "What this member hands to who is to join")
            .answers("application/json", "The invite, for `thingstead consortium join`.")
            .refuses(Refusal.ERA_SOLO, Refusal.MEMBER_REMOVED);
    private static final Operation PROPOSE = Operation.of("Members", "Puts something to the members")
            .takes(Proposed.class, "{\"kind\": \"remove\", \"member\": \"acme\"}")
            .answers(201, Number.class)
            .refuses(
                    Refusal.DECISION_FULL,
                    Refusal.DECISION_WAIT,
                    Refusal.ERA_SOLO,
                    Refusal.MEMBER_UNKNOWN,
                    Refusal.MEMBER_EXISTS,
                    Refusal.MEMBER_LAST,
                    Refusal.KEY_EXISTS,
                    Refusal.KEY_WEAK,
                    Refusal.KEY_NONE,
                    Refusal.KEY_POSSESSION,
                    Refusal.SEAT_FULL,
                    Refusal.SEAT_TAKEN,
                    Refusal.RULES_VERSION)
            .asksTheLedger();
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, EventRoutes.MAX_NUMBER, "The decision's number.")
            .inPath();
    private static final Operation APPROVE = answering("Approves what was put to the members")
            .refuses(
                    Refusal.DECISION_APPROVED,
                    Refusal.DECISION_WAIT,
                    Refusal.ERA_SOLO,
                    Refusal.MEMBER_UNKNOWN,
                    Refusal.MEMBER_EXISTS,
                    Refusal.MEMBER_LAST,
                    Refusal.KEY_EXISTS,
                    Refusal.SEAT_FULL,
                    Refusal.SEAT_TAKEN,
                    Refusal.RULES_VERSION);
    private static final Operation WITHDRAW = answering("Takes back what this member put to the members");

    private final Api api;

    private record Page(
            @Says("whose node this is") String member,
            @Says("whether it votes") boolean votes,
            List<Decision> decisions) {}

    private record Decision(
            long number,
            String proposer,

            @Says("all that somebody must know before approving it")
            List<String> words,

            boolean open,
            List<String> approvals,
            @Says("how many vote now") int voters,
            @Says("how many of them must approve") int needed,
            @Says("block time at which it closes") long expiresAt,

            @Says("how it ended; absent while it is open") @Nullable
            String end,

            @Says("that proposed it") long event) {}

    private record Proposed(
            @Says(
                    value = "what is to be decided",
                    oneOf = {"add", "remove", "engine-key", "rules"},
                    needed = true)
            @Nullable
            String kind,

            @Says("to add: the newcomer's request to join, as it handed it over") @Nullable
            JsonNode request,

            @Says(value = "to remove: the member", pattern = "[a-z0-9-]{1,32}") @Nullable
            String member,

            @Says(value = "rules: the next version", least = 0, most = 0xFFFF) @Nullable
            Long version,

            @Says(value = "rules: the height from which on they hold", least = 0, most = EventRoutes.MAX_NUMBER)
            @Nullable
            Long height) {}

    private record Number(long number) {}

    DecisionRoutes(Api api) {
        this.api = api;
    }

    private static Operation answering(String summary) {
        return Operation.of("Members", summary)
                .takes(NUMBER)
                .answers(Decision.class)
                .refuses(Refusal.DECISION_UNKNOWN, Refusal.DECISION_CLOSED)
                .asksTheLedger();
    }

    void register(Routes routes) {
        routes.get("/api/decisions", PAGE, this::page)
                .get("/api/invite", INVITE, this::invite)
                .post("/api/decisions", PROPOSE, this::propose)
                .post("/api/decisions/{number}/approve", APPROVE, context -> answer(context, api.decisions()::approve))
                .post(
                        "/api/decisions/{number}/withdraw",
                        WITHDRAW,
                        context -> answer(context, api.decisions()::withdraw));
    }

    private void page(Context context) {
        ValidatorSet voters = api.ledger().validators();
        Json.send(
                context,
                new Page(
                        api.member().value(),
                        voters.has(api.member()),
                        api.ledger().decisions().stream()
                                .limit(MAX_SHOWN)
                                .map(decision -> shown(decision, voters))
                                .toList()));
    }

    private void invite(Context context) {
        switch (api.decisions().invite()) {
            case Result.Ok<byte[]>(byte[] invite) ->
                context.contentType("application/json").result(invite);
            case Result.No<byte[]>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private Decision shown(DecisionRecord decision, ValidatorSet voters) {
        var end = decision.end();
        return new Decision(
                decision.number(),
                decision.proposer().value(),
                decision.inWords(api.ledger()),
                decision.isOpen(),
                decision.approvals().stream().map(MemberId::value).toList(),
                voters.size(),
                voters.needed(),
                decision.expiresAt(),
                end == null ? null : end.outcome().label(),
                decision.proposedEvent());
    }

    private void propose(Context context) {
        if (context.contentLength() > MAX_BODY) {
            Problem.send(context, Refusal.REQUEST_TOO_LARGE, "at most " + MAX_BODY + " bytes");
            return;
        }
        var number = switch (Json.read(context.bodyAsBytes(), Proposed.class)) {
            case Result.Ok<Proposed>(Proposed proposed) -> propose(proposed);
            case Result.No<Proposed>(var refused) -> new Result.No<Long>(refused);
        };
        switch (number) {
            case Result.Ok<Long>(Long made) -> {
                context.status(201);
                Json.send(context, new Number(made));
            }
            case Result.No<Long>(var refused) -> Problem.of(refused).send(context);
        }
    }

    private Result<Long> propose(Proposed proposed) {
        Optional<Wanted> wanted = wanted(proposed);
        return wanted.isPresent()
                ? api.decisions().propose(wanted.get())
                : Result.no(
                        Refusal.REQUEST_MALFORMED,
                        "kind is add (with request), remove (with member), engine-key, or rules (with version and"
                                + " height)");
    }

    private static Optional<Wanted> wanted(Proposed proposed) {
        var request = proposed.request;
        var version = proposed.version;
        var height = proposed.height;
        return switch (proposed.kind == null ? "" : proposed.kind) {
            case "add" ->
                request != null && request.isObject()
                        ? Optional.of(new Wanted.Add(Json.bytes(request)))
                        : Optional.empty();
            case "remove" ->
                Optional.ofNullable(proposed.member).flatMap(MemberId::parse).map(Wanted.Remove::new);
            case "engine-key" -> Optional.of(new Wanted.EngineKey());
            case "rules" ->
                version != null
                                && height != null
                                && version >= 0
                                && version <= 0xFFFF
                                && height >= 0
                                && height <= EventRoutes.MAX_NUMBER
                        ? Optional.of(new Wanted.Rules(version, height))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private interface Voice {
        Optional<Refused> say(long decision);
    }

    private void answer(Context context, Voice voice) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        voice.say(number)
                .ifPresentOrElse(
                        refused -> Problem.of(refused).send(context),
                        () -> api.ledger()
                                .decision(number)
                                .ifPresent(now -> Json.send(
                                        context, shown(now, api.ledger().validators()))));
    }
}
