package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.alarm.Episode;
import io.thingstead.node.alarm.Rehearsal;
import io.thingstead.node.alarm.Rule;
import io.thingstead.node.alarm.RuleText;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.SeriesStore;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Tries a rule on past readings before it is switched on: when it would have raised an alarm, and when that would have
/// been over.
public final class AlarmTestRoute {
    private static final long USUAL_SPAN_MS = 86_400_000;
    private static final long MOST_SPAN_MS = 366 * USUAL_SPAN_MS;
    private static final long MOST_MS = 1L << 52;

    private static final Operation TEST = Operation.of(
                    AlarmRoutes.PART, "Tries a rule on past readings, without switching it on")
            .details("Either a rule, or the id of one that is there. It reads at most 2,000,000 readings, takes at most"
                    + " 20 seconds, and tells at most 500 alarms; `complete` says whether that was enough.")
            .takes(Question.class, "{\"rule\": " + AlarmRuleRoutes.EXAMPLE + ", \"device\": \"home:box-1\"}")
            .answers(AnswerJson.class)
            .refuses(Refusal.ALARM_MALFORMED, Refusal.ALARM_UNKNOWN, Refusal.BUSY);

    private final Alarms alarms;
    private final LiveState live;
    private final SeriesStore series;
    private final LogReader log;
    private final LongSupplier nowMs;
    private final Semaphore one = new Semaphore(1);

    private record Question(
            @Nullable RuleText rule,

            @Says("of a rule that is there") @Nullable String id,

            @Says("on this device only; else on all that the rule is about") @Nullable
            String device,

            @Says("a day before the end when not given") @Nullable
            Long fromMs,

            @Says("now when not given") @Nullable Long toMs) {}

    private record EpisodeJson(
            String device,
            long beganMs,
            long raisedMs,

            @Says("absent where it was still raised at the end") @Nullable
            Long clearedMs,

            @Nullable Double value,
            @Nullable Double worst,
            @Nullable String unit,

            @Says("the leaf of the log with the reading that raises it") @Nullable
            Long index) {
        static EpisodeJson of(Episode episode) {
            return new EpisodeJson(
                    episode.device().value(),
                    episode.beganMs(),
                    episode.raisedMs(),
                    episode.clearedMs(),
                    episode.value(),
                    episode.worst(),
                    episode.unit(),
                    episode.index());
        }
    }

    private record AnswerJson(
            @Says("what raises an alarm and what clears it") String words,

            long fromMs,
            long toMs,

            @Says("how many were looked at") int devices,

            long readings,
            boolean complete,
            List<EpisodeJson> alarms) {}

    /// What is asked, understood.
    private record Trial(Rule rule, List<DeviceId> devices, long fromMs, long toMs) {}

    public AlarmTestRoute(Alarms alarms, LiveState live, SeriesStore series, LogReader log, LongSupplier nowMs) {
        this.alarms = alarms;
        this.live = live;
        this.series = series;
        this.log = log;
        this.nowMs = nowMs;
    }

    public void register(Routes routes) {
        routes.post("/api/alarm-rules/test", TEST, this::test);
    }

    private void test(Context context) {
        var trial = switch (Json.read(context.bodyAsBytes(), Question.class)) {
            case Result.Ok<Question>(Question question) -> trial(question);
            case Result.No<Question>(Refused refused) -> new Result.No<Trial>(refused);
        };
        switch (trial) {
            case Result.Ok<Trial>(Trial asked) -> run(context, asked);
            case Result.No<Trial>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private Result<Trial> trial(Question question) {
        long to = question.toMs == null ? nowMs.getAsLong() : question.toMs;
        long from = question.fromMs == null ? Math.max(0, to - USUAL_SPAN_MS) : question.fromMs;
        if (from < 0 || to <= from || to > MOST_MS || to - from > MOST_SPAN_MS)
            return Result.no(Refusal.REQUEST_MALFORMED, "toMs is after fromMs, by at most 366 days");
        if ((question.rule == null) == (question.id == null))
            return Result.no(Refusal.REQUEST_MALFORMED, "either rule or id");
        var named =
                question.device == null ? null : DeviceId.parse(question.device).orElse(null);
        if (question.device != null && named == null)
            return Result.no(Refusal.REQUEST_MALFORMED, "device is a device id, member:name");
        Result<Rule> rule = question.rule == null
                ? alarms.rules().find(Objects.requireNonNull(question.id))
                : alarms.rules().read(question.rule);
        long until = Math.min(to, nowMs.getAsLong());
        return rule.map(known -> new Trial(known, devices(known, named), from, Math.max(until, from + 1)));
    }

    private List<DeviceId> devices(Rule rule, @Nullable DeviceId named) {
        if (named != null) return List.of(named);
        return live.views()
                .map(DeviceView::device)
                .filter(rule::concerns)
                .sorted()
                .toList();
    }

    /// One at a time: it reads the series from end to end.
    private void run(Context context, Trial trial) {
        if (!one.tryAcquire()) {
            Problem.send(context, Refusal.BUSY, "another rule is being tried: ask again in a moment");
            return;
        }
        try {
            var rehearsal = new Rehearsal(series, log);
            for (DeviceId device : trial.devices) rehearsal.run(trial.rule, device, trial.fromMs, trial.toMs);
            Json.send(
                    context,
                    new AnswerJson(
                            trial.rule.inWords(),
                            trial.fromMs,
                            trial.toMs,
                            trial.devices.size(),
                            rehearsal.readings(),
                            rehearsal.isComplete(),
                            rehearsal.episodes().stream().map(EpisodeJson::of).toList()));
        } finally {
            one.release();
        }
    }
}
