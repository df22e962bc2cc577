package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.retention.Retention;
import io.thingstead.node.retention.Rule;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How long the contents of devices' frames are kept, and erasing them.
///
/// @param self whose devices they are
public record RetentionRoutes(MemberId self, Retention retention, LongSupplier nowMs) {
    static final String DEVICE = "[a-z0-9-]{1,32}:[a-z0-9-]{1,64}";
    private static final long MAX_MS = 1L << 52;
    private static final Operation SHOW =
            Operation.of("Retention", "How long contents are kept").answers(Rules.class);
    private static final Operation SET = Operation.of(
                    "Retention", "Says how long contents are kept: what is older is erased, for ever, within the hour")
            .takes(NewRule.class, "{\"device\": \"home:box-1\", \"days\": 30}")
            .answers(204, "The rule is kept.");
    private static final Operation REMOVE = Operation.of("Retention", "Takes a rule away: contents are kept")
            .takes(OldRule.class, "{\"device\": \"home:box-1\"}")
            .answers(204, "There is no such rule any more.")
            .refuses(Refusal.REQUEST_NOT_FOUND);
    private static final Operation ERASE = Operation.of(
                    "Retention", "Erases contents of a device, for ever: answers when their bytes are gone")
            .takes(Erasing.class, "{\"device\": \"home:box-1\", \"beforeMs\": 1000}")
            .answers(Erased.class);

    private record RuleJson(
            @Says("absent: all devices without a rule of their own") @Nullable
            String device,

            @Says("days after which the content of a frame is erased")
            int days) {
        static RuleJson of(Rule rule) {
            return new RuleJson(rule.device().map(DeviceId::value).orElse(null), rule.days());
        }
    }

    private record Rules(
            List<RuleJson> rules,

            @Says("leaves that were erased since the node started")
            long erased,

            @Says("leaves that are erased, and whose bytes are not off the disk yet")
            long pending) {}

    private record NewRule(
            @Says(value = "the device; none: all devices without a rule of their own", pattern = DEVICE) @Nullable
            String device,

            @Says(
                    value = "days after which the content of a frame is erased",
                    least = 1,
                    most = Rule.MOST_DAYS,
                    needed = true)
            @Nullable
            Integer days) {}

    private record OldRule(
            @Says(value = "the device; none: the rule of all others", pattern = DEVICE) @Nullable
            String device) {}

    private record Erasing(
            @Says(value = "the device", pattern = DEVICE, needed = true) @Nullable
            String device,

            @Says(value = "what was received before this time; now when not given", least = 0, most = MAX_MS) @Nullable
            Long beforeMs) {}

    private record Erased(@Says("leaves") long erased) {}

    public void register(Routes routes) {
        routes.get("/api/retention", SHOW, this::show)
                .put("/api/retention", SET, this::set)
                .post("/api/retention/remove", REMOVE, this::remove)
                .post("/api/retention/erase", ERASE, this::erase);
    }

    private void show(Context context) {
        Json.send(
                context,
                new Rules(
                        retention.rules().stream().map(RuleJson::of).toList(),
                        retention.erased(),
                        retention.pending()));
    }

    private void set(Context context) {
        switch (Json.read(context.bodyAsBytes(), NewRule.class)) {
            case Result.Ok<NewRule>(NewRule wanted) -> set(context, wanted);
            case Result.No<NewRule>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private void set(Context context, NewRule wanted) {
        Integer days = wanted.days;
        if (days == null || days < 1 || days > Rule.MOST_DAYS) {
            Problem.send(context, Refusal.REQUEST_MALFORMED, "days is 1 to " + Rule.MOST_DAYS);
            return;
        }
        ifOwn(context, wanted.device, device -> {
            retention.set(new Rule(device, days));
            context.status(204);
        });
    }

    private void remove(Context context) {
        switch (Json.read(context.bodyAsBytes(), OldRule.class)) {
            case Result.Ok<OldRule>(OldRule old) ->
                ifOwn(context, old.device, device -> {
                    if (retention.remove(device)) context.status(204);
                    else Problem.send(context, Refusal.REQUEST_NOT_FOUND, "there is no such rule");
                });
            case Result.No<OldRule>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private void erase(Context context) {
        switch (Json.read(context.bodyAsBytes(), Erasing.class)) {
            case Result.Ok<Erasing>(Erasing wanted) -> erase(context, wanted);
            case Result.No<Erasing>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private void erase(Context context, Erasing wanted) {
        Long before = wanted.beforeMs;
        if (wanted.device == null || (before != null && (before < 0 || before > MAX_MS))) {
            Problem.send(context, Refusal.REQUEST_MALFORMED, "device is one of this member's, beforeMs a time");
            return;
        }
        ifOwn(
                context,
                wanted.device,
                device -> Json.send(
                        context,
                        new Erased(
                                retention.erase(device.orElseThrow(), before == null ? nowMs.getAsLong() : before))));
    }

    private interface Then {
        void with(Optional<DeviceId> device);
    }

    private void ifOwn(Context context, @Nullable String named, Then then) {
        if (named == null) {
            then.with(Optional.empty());
            return;
        }
        Optional<DeviceId> device =
                DeviceId.parse(named).filter(id -> id.member().equals(self));
        if (device.isEmpty()) {
            Problem.send(context, Refusal.REQUEST_MALFORMED, "device is one of " + self + ", " + self + ":name");
        } else {
            then.with(device);
        }
    }
}
