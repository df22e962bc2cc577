package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.alarm.FollowedFile;
import io.thingstead.node.alarm.Rule;
import io.thingstead.node.alarm.RuleText;
import io.thingstead.node.alarm.Rules;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Alarm rules: those of the file and those made here, and making, changing, deleting and restoring the latter.
public record AlarmRuleRoutes(Alarms alarms, FollowedFile file) {
    static final String EXAMPLE = "{\"name\": \"Too warm\", \"devices\": [\"box-*\"], \"quantity\": \"temperature\","
            + " \"unit\": \"Cel\", \"above\": 8, \"for\": \"5m\", \"clear\": [7]}";
    private static final Parameter<String> ID = Parameter.matching(
                    "id", "[a-z0-9-]{1,48}", "the id of a rule", "The rule's id.")
            .inPath();

    private static final Operation ALL = Operation.of(AlarmRoutes.PART, "All rules, and how the file of rules stands")
            .answers(AllJson.class);
    private static final Operation ADD = Operation.of(AlarmRoutes.PART, "Makes a rule")
            .details("It judges readings from now on.")
            .takes(RuleText.class, EXAMPLE)
            .answers(201, RuleJson.class)
            .refuses(Refusal.ALARM_MALFORMED, Refusal.ALARM_FULL);
    private static final Operation CHANGE = Operation.of(AlarmRoutes.PART, "Changes a rule, or switches it on or off")
            .details("All of it is replaced. Its alarms are over, unless only its name or whom it tells changes.")
            .takes(ID)
            .takes(RuleText.class, EXAMPLE)
            .answers(RuleJson.class)
            .refuses(Refusal.ALARM_MALFORMED, Refusal.ALARM_UNKNOWN, Refusal.ALARM_DECLARED);
    private static final Operation DELETE = Operation.of(AlarmRoutes.PART, "Deletes a rule")
            .details("Its alarms are over. The last 20 that were deleted can be restored.")
            .takes(ID)
            .answers(RuleJson.class)
            .refuses(Refusal.ALARM_UNKNOWN, Refusal.ALARM_DECLARED);
    private static final Operation RESTORE = Operation.of(AlarmRoutes.PART, "Brings a deleted rule back")
            .takes(ID)
            .answers(RuleJson.class)
            .refuses(Refusal.ALARM_UNKNOWN, Refusal.ALARM_FULL);

    private record RuleJson(
            String id,

            @Says(
                    value = "the file of rules, or made on a page or over the API",
                    oneOf = {"file", "page"})
            String origin,

            String name,

            @Says(
                    value = "how much it matters",
                    oneOf = {"info", "warning", "critical"})
            String severity,

            boolean on,

            @Says("what raises an alarm and what clears it") String words,

            @Says("how many it watches") int devices,

            @Says("devices whose readings are not judged, because they are in another unit than the rule's")
            int otherUnit,

            @Says("as it was written") RuleText rule) {}

    private record FileJson(
            String path,
            boolean there,

            @Says("why the file is not followed as it stands; absent when it is") @Nullable
            String problem) {}

    private record AllJson(
            FileJson file,
            List<RuleJson> rules,
            @Says("those that can be restored") List<RuleJson> deleted) {}

    public void register(Routes routes) {
        routes.get("/api/alarm-rules", ALL, this::all)
                .post("/api/alarm-rules", ADD, context -> changed(context, 201, rules()::add))
                .put("/api/alarm-rules/{id}", CHANGE, this::change)
                .delete("/api/alarm-rules/{id}", DELETE, context -> named(context, rules()::delete))
                .post("/api/alarm-rules/{id}/restore", RESTORE, context -> named(context, rules()::restore));
    }

    private Rules rules() {
        return alarms.rules();
    }

    private void all(Context context) {
        Json.send(
                context,
                new AllJson(
                        new FileJson(file.path().toString(), file.isThere(), file.problem()),
                        rules().all().stream().map(this::json).toList(),
                        rules().deleted().stream().map(this::json).toList()));
    }

    private RuleJson json(Rule rule) {
        Alarms.Watched watched = alarms.watched(rule);
        return new RuleJson(
                rule.id(),
                rule.origin().label(),
                rule.name(),
                rule.severity().label(),
                rule.isOn(),
                rule.inWords(),
                watched.devices(),
                watched.otherUnit(),
                rule.text());
    }

    private void change(Context context) {
        var params = new Params(context);
        var id = params.find(ID);
        if (params.sendRefusal()) return;
        changed(context, 200, text -> rules().change(id.orElseThrow(), text));
    }

    private void changed(Context context, int status, Function<RuleText, Result<Rule>> change) {
        var done = switch (Json.read(context.bodyAsBytes(), RuleText.class)) {
            case Result.Ok<RuleText>(RuleText text) -> change.apply(text);
            case Result.No<RuleText>(Refused refused) -> new Result.No<Rule>(refused);
        };
        send(context, status, done);
    }

    private void named(Context context, Function<String, Result<Rule>> change) {
        var params = new Params(context);
        var id = params.find(ID);
        if (params.sendRefusal()) return;
        send(context, 200, change.apply(id.orElseThrow()));
    }

    private void send(Context context, int status, Result<Rule> done) {
        switch (done) {
            case Result.Ok<Rule>(Rule rule) -> Json.send(context.status(status), json(rule));
            case Result.No<Rule>(Refused refused) -> Problem.of(refused).send(context);
        }
    }
}
