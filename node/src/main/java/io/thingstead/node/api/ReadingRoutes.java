package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.view.series.Bucket;
import java.util.List;
import java.util.stream.Stream;

/// Readings: the newest ones, and a quantity's history summed up to what a chart can show.
final class ReadingRoutes {
    private static final long MAX_MS = 1L << 52;
    private static final Parameter<DeviceId> OF_DEVICE = Parameter.device("device", "Only those of this device.");
    private static final Parameter<Long> LIMIT = Parameter.limit(50, 200);
    private static final Operation NEWEST = Operation.of("Readings", "The newest readings, the newest first")
            .takes(OF_DEVICE, LIMIT)
            .answers(Newest.class)
            .soldFor(PaymentJson.PaymentRequiredJson.class);
    static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").required();
    private static final Parameter<String> NAME =
            Parameter.text("name", "The quantity's name.").required().example("temperature");
    static final Parameter<Long> FROM =
            Parameter.number("from", 0, MAX_MS, "The beginning, in milliseconds since 1970.");
    static final Parameter<Long> TO =
            Parameter.number("to", 1, MAX_MS, "The end, which is not part of it, in milliseconds since 1970.");
    private static final Parameter<Long> POINTS = Parameter.number(
                    "points", 1, 2_000, "Into how many stretches of equal length it is summed up at most.")
            .or(600L);
    private static final Operation SERIES = Operation.of("Readings", "A quantity's history, summed up for a chart")
            .details("Numbers only; a yes counts as 1, a no as 0. Without `from` the hour before the end, without `to`"
                    + " until now. Stretches without a reading are left out.")
            .takes(DEVICE, NAME, FROM, TO, POINTS)
            .answers(Series.class)
            .soldFor(PaymentJson.PaymentRequiredJson.class);
    private static final long DEFAULT_SPAN_MS = 3_600_000;

    private final Api api;

    private record Newest(
            @Says("the node's clock") long nowMs,
            @Says("leaves of the log that are final") long anchored,
            List<ReadingJson> readings) {}

    /// Columns of equal length, as charts want them.
    private record Series(
            String device,
            String name,
            long fromMs,
            long toMs,
            @Says("mean time of each stretch's readings") List<Long> timeMs,
            List<Double> min,
            List<Double> mean,
            List<Double> max,
            @Says("readings in each stretch") List<Long> count) {}

    ReadingRoutes(Api api) {
        this.api = api;
    }

    void register(Routes routes) {
        routes.get("/api/readings", NEWEST, this::newest).get("/api/series", SERIES, this::series);
    }

    private void newest(Context context) {
        var params = new Params(context);
        var device = params.find(OF_DEVICE);
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        long anchored = api.live().anchored();
        var readings = device.map(id -> ofDevice(id, limit, anchored))
                .orElseGet(() -> api.live().recent(limit).stream()
                        .filter(recent -> !api.fleet().isHidden(recent.device()))
                        .map(recent -> ReadingJson.of(recent.device().value(), recent.live(), anchored))
                        .toList());
        Json.send(context, new Newest(api.nowMs().getAsLong(), anchored, readings));
    }

    private List<ReadingJson> ofDevice(DeviceId device, int limit, long anchored) {
        return api.series().recent(device, limit).stream()
                .flatMap(kept ->
                        placed(kept).map(live -> ReadingJson.of(kept.device().value(), live, anchored)))
                .toList();
    }

    /// The log knows the number and the time of receipt; a leaf that is not there was erased.
    private Stream<LiveReading> placed(LoggedReading kept) {
        return api
                .log()
                .leaf(kept.index())
                .filter(leaf -> !leaf.isErased())
                .map(leaf -> new LiveReading(kept.reading(), kept.trust(), leaf.receivedMs(), leaf.n(), kept.index()))
                .stream();
    }

    private void series(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        var wanted = params.find(NAME);
        long to = params.find(TO).orElseGet(() -> api.nowMs().getAsLong() + 1);
        long from = params.find(FROM).orElseGet(() -> Math.max(0, to - DEFAULT_SPAN_MS));
        int points = (int) params.number(POINTS);
        if (params.sendRefusal()) return;
        String name = wanted.orElseThrow();
        var buckets = api.series().range(device.orElseThrow(), name, from, to, points);
        Json.send(
                context,
                new Series(
                        device.get().value(),
                        name,
                        from,
                        to,
                        buckets.stream().map(Bucket::timeMs).toList(),
                        buckets.stream().map(Bucket::min).toList(),
                        buckets.stream().map(Bucket::mean).toList(),
                        buckets.stream().map(Bucket::max).toList(),
                        buckets.stream().map(Bucket::count).toList()));
    }
}
