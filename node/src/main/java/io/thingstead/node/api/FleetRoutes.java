package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.fleet.Box;
import io.thingstead.node.fleet.FleetCluster;
import io.thingstead.node.fleet.FleetCounts;
import io.thingstead.node.fleet.FleetCursor;
import io.thingstead.node.fleet.FleetDevice;
import io.thingstead.node.fleet.FleetFigures;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.live.Presence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The list of this member's devices: search, filters, sorting, pages, and how many there are of each sort; and where
/// they are on a map.
final class FleetRoutes {
    private static final Operation PAGE = Operation.of("Devices", "The member's devices with what they last said")
            .details(
                    "Searched, filtered and sorted by the node. `counts` tells how many devices of each sort the search"
                            + " finds; each count leaves out the filter that it is a choice of.")
            .takes(FleetParams.ALL)
            .answers(Page.class);

    private static final Operation MAP = Operation.of("Devices", "Where the member's devices are, in clusters")
            .details("Devices that are close to each other on a map of that size are one cluster. Devices that never"
                    + " said where they are do not count.")
            .takes(FleetParams.MAP)
            .answers(MapJson.class);

    private final Api api;

    private record MapJson(@Says("the node's clock") long nowMs, List<ClusterJson> clusters) {}

    private record ClusterJson(
            @Says("the mean of where they are") double lat,
            double lon,

            @Says("the least part of the map that holds all of them: west, south, east, north")
            List<Double> around,

            @Says("devices that are heard as often as usual")
            long live,

            @Says("devices that should have been heard by now")
            long late,

            @Says("devices that have been silent for long") long silent,

            @Says("the device, where it is one only") @Nullable
            String device,

            @Says("what people call that device") @Nullable String label) {
        static ClusterJson of(FleetCluster cluster) {
            Box around = cluster.around();
            return new ClusterJson(
                    cluster.middle().lat(),
                    cluster.middle().lon(),
                    List.of(around.west(), around.south(), around.east(), around.north()),
                    cluster.states().getOrDefault(Presence.LIVE, 0L),
                    cluster.states().getOrDefault(Presence.LATE, 0L),
                    cluster.states().getOrDefault(Presence.SILENT, 0L),
                    cluster.only().map(device -> device.id().value()).orElse(null),
                    cluster.only().flatMap(FleetDevice::label).orElse(null));
        }
    }

    private record Page(
            @Says("the node's clock") long nowMs,
            @Says("leaves of the log that are final") long anchored,
            @Says("devices of the member") long total,

            @Says("devices that the search and the filters find")
            long found,

            CountsJson counts,
            List<DeviceJson> devices,

            @Says("to be given as `after` for the devices that follow; absent on the last page") @Nullable
            String next) {}

    private record CountsJson(
            @Says("live, late, silent, or never heard") Map<String, Long> state,

            @Says("device: with a key of its own; gateway; token: without a key")
            Map<String, Long> role,

            @Says("who vouches for their newest readings") Map<String, Long> trust,

            @Says("devices with numbers that have not come") long missing,

            @Says("what the devices of the member measure, the most frequent first; some seconds old")
            Map<String, Long> quantity) {
        static CountsJson of(FleetCounts counts, FleetFigures figures) {
            return new CountsJson(
                    named(counts.states(), state -> state.label()),
                    named(counts.roles(), role -> role.label()),
                    named(counts.trust(), trust -> trust.label()),
                    counts.missing(),
                    figures.quantities());
        }

        private static <E> Map<String, Long> named(Map<E, Long> counts, Function<E, String> label) {
            var named = new LinkedHashMap<String, Long>();
            counts.forEach((each, count) -> named.put(label.apply(each), count));
            return named;
        }
    }

    FleetRoutes(Api api) {
        this.api = api;
    }

    void register(Routes routes) {
        routes.get("/api/devices", PAGE, this::page).get("/api/fleet/map", MAP, this::map);
    }

    private void map(Context context) {
        var params = new Params(context);
        var within = FleetParams.within(params);
        int across = (int) params.number(FleetParams.ACROSS);
        if (params.sendRefusal()) return;
        long now = api.nowMs().getAsLong();
        var clusters = api.fleet().map(within, across, now);
        Json.send(
                context, new MapJson(now, clusters.stream().map(ClusterJson::of).toList()));
    }

    private void page(Context context) {
        var params = new Params(context);
        var query = FleetParams.read(params);
        if (params.sendRefusal()) return;
        long now = api.nowMs().getAsLong();
        long anchored = api.live().anchored();
        var page = api.fleet().page(query, now);
        Json.send(
                context,
                new Page(
                        now,
                        anchored,
                        page.counts().all(),
                        page.counts().found(),
                        CountsJson.of(page.counts(), api.fleet().figures(now)),
                        page.devices().stream()
                                .map(found -> DeviceJson.of(found.device(), found.view(), anchored))
                                .toList(),
                        page.next().map(FleetCursor::encode).orElse(null)));
    }
}
