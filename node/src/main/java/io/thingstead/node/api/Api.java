package io.thingstead.node.api;

import io.javalin.config.JavalinConfig;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.view.live.LiveState;
import io.thingstead.node.view.series.SeriesStore;
import java.util.List;
import java.util.function.LongSupplier;

/// The HTTP interface: what people and programs ask a member. Everything it knows it gets from these parts.
///
/// @param logs the member's logs, the one that grows last
/// @param seriesBehind leaves of the log that are not in the series yet
public record Api(
        MemberId member,
        List<LogReader> logs,
        LedgerReader ledger,
        LiveState live,
        SeriesStore series,
        LongSupplier seriesBehind,
        ReadingProofs proofs,
        DeviceRegistrar registrar,
        Operator operator,
        NodeFacts facts,
        LongSupplier nowMs) {
    public Api {
        logs = List.copyOf(logs);
    }

    LogReader log() {
        return logs.getLast();
    }

    /// The stream of live events, to be started when the listener is, and registered beside this.
    public EventStream events() {
        return new EventStream(live, new Status(this)::now, nowMs);
    }

    public void register(JavalinConfig config) {
        var status = new Status(this);
        config.routes.get("/api/status", context -> Json.send(context, status.now()));
        new DeviceRoutes(this).register(config);
        new ReadingRoutes(this).register(config);
        new ProofRoutes(proofs).register(config);
        new LogRoutes(logs).register(config);
    }
}
