package io.thingstead.node.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.view.series.Bucket;
import java.util.List;
import java.util.stream.Stream;

/// Readings: the newest ones, and a quantity's history summed up to what a chart can show.
final class ReadingRoutes {
    private static final int MAX_READINGS = 200;
    private static final int MAX_POINTS = 2_000;
    private static final long MAX_MS = 1L << 52;
    private static final long DEFAULT_SPAN_MS = 3_600_000;

    private final Api api;

    private record Newest(long nowMs, long anchored, List<ReadingJson> readings) {}

    /// Columns of equal length, as charts want them.
    private record Series(
            String device,
            String name,
            long fromMs,
            long toMs,
            List<Long> timeMs,
            List<Double> min,
            List<Double> mean,
            List<Double> max,
            List<Long> count) {}

    ReadingRoutes(Api api) {
        this.api = api;
    }

    void register(JavalinConfig config) {
        config.routes.get("/api/readings", this::newest).get("/api/series", this::series);
    }

    private void newest(Context context) {
        var params = new Params(context);
        var device = params.device("device");
        int limit = (int) params.number("limit", 50, 1, MAX_READINGS);
        if (params.sendRefusal()) return;
        long anchored = api.live().anchored();
        var readings = device.map(id -> ofDevice(id, limit, anchored))
                .orElseGet(() -> api.live().recent(limit).stream()
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
                .map(leaf -> new LiveReading(kept.reading(), kept.trust(), leaf.receivedMs(), leaf.n(), kept.index()))
                .stream();
    }

    private void series(Context context) {
        var params = new Params(context);
        var name = params.required("name");
        var device = params.device("device");
        if (device.isEmpty()) params.required("device");
        long to = params.number("to", api.nowMs().getAsLong() + 1, 1, MAX_MS);
        long from = params.number("from", Math.max(0, to - DEFAULT_SPAN_MS), 0, MAX_MS);
        int points = (int) params.number("points", 600, 1, MAX_POINTS);
        if (params.sendRefusal()) return;
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
