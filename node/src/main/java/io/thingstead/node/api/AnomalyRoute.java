package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.alarm.Scoring;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// How unusual the readings of a stream are, for its chart.
public record AnomalyRoute(Scoring scoring, LongSupplier nowMs) {
    private static final long MAX_MS = 1L << 52;
    private static final long DEFAULT_SPAN_MS = 3_600_000;
    private static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device.").required();
    private static final Parameter<String> NAME =
            Parameter.text("name", "The name of the quantity.").required();
    private static final Parameter<Long> FROM =
            Parameter.number("from", 0, MAX_MS, "From then on, in milliseconds since 1970; an hour before the end.");
    private static final Parameter<Long> TO =
            Parameter.number("to", 1, MAX_MS, "Up to then, in milliseconds since 1970; now.");
    private static final Operation SCORES = Operation.of(AlarmRoutes.PART, "How unusual the newest readings are")
            .details("Only where a rule with `anomaly` is about them; at most the newest 4,096 since the node started,"
                    + " and what it learnt from then. 1 is as usual.")
            .takes(DEVICE, NAME, FROM, TO)
            .answers(ScoresJson.class);

    private record LimitJson(String rule, double limit) {}

    private record ScoresJson(
            String device,
            String name,

            @Says("whether they are scored at all") boolean scored,

            List<Long> timeMs,

            @Says("how many times what is usual, of each time; 0 while too little is known")
            List<Double> score,

            @Says("from where on rules raise alarms") List<LimitJson> limits) {}

    public void register(Routes routes) {
        routes.get("/api/anomaly", SCORES, this::scores);
    }

    private void scores(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        var name = params.find(NAME);
        long to = params.find(TO).orElseGet(() -> nowMs.getAsLong() + 1);
        long from = params.find(FROM).orElseGet(() -> Math.max(0, to - DEFAULT_SPAN_MS));
        if (params.sendRefusal()) return;
        var drawn = scoring.scores(device.orElseThrow(), name.orElseThrow(), from, to);
        var times = new ArrayList<Long>();
        var scores = new ArrayList<Double>();
        drawn.ifPresent(found -> {
            for (long time : found.timeMs()) times.add(time);
            for (float score : found.score()) scores.add(Math.round(score * 1_000) / 1_000.0);
        });
        var limits = scoring.limits(device.get(), name.get()).entrySet().stream()
                .map(limit -> new LimitJson(limit.getKey(), limit.getValue()))
                .toList();
        Json.send(context, new ScoresJson(device.get().value(), name.get(), drawn.isPresent(), times, scores, limits));
    }
}
