package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.alarm.AlarmPage;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.Caller;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Alarms: what is raised, what was, and acknowledging one.
public record AlarmRoutes(Alarms alarms, LongSupplier nowMs) {
    static final String PART = "Alarms";

    private static final Parameter<String> STATE = Parameter.matching(
            "state",
            "open|raised|acknowledged|cleared",
            "open, raised, acknowledged or cleared",
            "Only those in this state; `open`: those that are not cleared.");
    private static final Parameter<DeviceId> DEVICE = Parameter.device("device", "Only those of this device.");
    private static final Parameter<String> RULE =
            Parameter.matching("rule", "[a-z0-9-]{1,48}", "the id of a rule", "Only those of this rule.");
    private static final Parameter<Long> BEFORE = Parameter.number(
                    "before", 1, Long.MAX_VALUE, "Only those with a lower number.")
            .or(Long.MAX_VALUE);
    private static final Parameter<Long> LIMIT = Parameter.limit(50, 200);
    private static final Parameter<Long> NUMBER =
            Parameter.number("number", 1, Long.MAX_VALUE, "The alarm's number.").inPath();

    private static final Operation PAGE = Operation.of(PART, "Alarms, the newest first")
            .takes(STATE, DEVICE, RULE, BEFORE, LIMIT)
            .answers(Page.class);
    private static final Operation ONE = Operation.of(PART, "One alarm")
            .takes(NUMBER)
            .answers(AlarmJson.class)
            .refuses(Refusal.ALARM_UNKNOWN);
    private static final Operation ACKNOWLEDGE = Operation.of(PART, "Says that somebody takes care of an alarm")
            .details("It stays raised until the readings are well again. One that is over can be acknowledged too.")
            .takes(NUMBER)
            .takes(Acknowledgement.class, "{\"by\": \"Ada\", \"note\": \"the door was open\"}")
            .answers(AlarmJson.class)
            .refuses(Refusal.ALARM_UNKNOWN, Refusal.ALARM_ACKNOWLEDGED, Refusal.ALARM_MALFORMED);

    private record Page(
            long nowMs,
            List<AlarmJson> alarms,

            @Says("to be given as `before` for those before these; absent at the end") @Nullable
            Long next) {}

    private record Acknowledgement(
            @Says(value = "who; of a person who is signed in, the node knows it", longest = 64) @Nullable
            String by,

            @Says(value = "what is done about it", longest = 500) @Nullable
            String note) {}

    public void register(Routes routes) {
        routes.get("/api/alarms", PAGE, this::page)
                .get("/api/alarms/{number}", ONE, this::one)
                .post("/api/alarms/{number}/acknowledge", ACKNOWLEDGE, this::acknowledge);
    }

    private void page(Context context) {
        var params = new Params(context);
        var state = params.find(STATE);
        var device = params.find(DEVICE);
        var rule = params.find(RULE);
        long before = params.number(BEFORE);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        AlarmPage page = alarms.list(
                state.orElse(null), device.map(DeviceId::value).orElse(null), rule.orElse(null), before, limit);
        Json.send(
                context,
                new Page(
                        nowMs.getAsLong(),
                        page.alarms().stream().map(AlarmJson::of).toList(),
                        page.next()));
    }

    private void one(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var found = alarms.find(number);
        if (found.isPresent()) Json.send(context, AlarmJson.of(found.get()));
        else Problem.send(context, Refusal.ALARM_UNKNOWN, "there is no alarm " + number);
    }

    private void acknowledge(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var done = switch (Json.read(context.bodyAsBytes(), Acknowledgement.class)) {
            case Result.Ok<Acknowledgement>(Acknowledgement asked) -> acknowledge(number, by(context, asked), asked);
            case Result.No<Acknowledgement>(Refused refused) -> new Result.No<Alarm>(refused);
        };
        switch (done) {
            case Result.Ok<Alarm>(Alarm alarm) -> Json.send(context, AlarmJson.of(alarm));
            case Result.No<Alarm>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    /// A person speaks in no other name.
    private static @Nullable String by(Context context, Acknowledgement asked) {
        return Access.caller(context) instanceof Caller.SignedIn person ? person.inWords() : asked.by;
    }

    private Result<Alarm> acknowledge(long number, @Nullable String by, Acknowledgement asked) {
        String note = asked.note == null || asked.note.isBlank() ? null : asked.note.strip();
        return by == null
                ? Result.no(Refusal.ALARM_MALFORMED, "by: who acknowledges it")
                : alarms.acknowledge(number, by.strip(), note);
    }
}
