package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.Shadows;
import io.thingstead.node.fleet.Fleet;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.openapi.Operation;
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
        Fleet fleet,
        SeriesStore series,
        LongSupplier seriesBehind,
        ReadingProofs proofs,
        DeviceRegistrar registrar,
        MemberDecisions decisions,
        Access access,
        NodeFacts facts,
        Commands commands,
        Shadows shadows,
        LongSupplier nowMs) {
    private static final Operation STATUS =
            Operation.of("Live", "How the node and its ledger stand").answers(StatusJson.class);

    public Api {
        logs = List.copyOf(logs);
    }

    LogReader log() {
        return logs.getLast();
    }

    /// The stream of live events, to be started when the listener is, and registered beside this.
    public EventStream events() {
        var status = new Status(this, LedgerStanding.of(this, new Signatures(ledger)));
        var ticks = new Ticks(live, fleet::isHidden, status::now, commands.changes(), new CommandsJson(this)::changed);
        return new EventStream(ticks, access, nowMs);
    }

    public void register(Routes routes) {
        var signatures = new Signatures(ledger);
        var standing = LedgerStanding.of(this, signatures);
        var status = new Status(this, standing);
        routes.get("/api/status", STATUS, context -> Json.send(context, status.now()));
        new ConsortiumRoutes(this, standing).register(routes);
        new BlockRoutes(ledger, signatures).register(routes);
        new EventRoutes(ledger).register(routes);
        new FindRoutes(ledger, logs).register(routes);
        new LeafRoutes(logs, ledger).register(routes);
        new FleetRoutes(this).register(routes);
        new DeviceRoutes(this).register(routes);
        new ReadingRoutes(this).register(routes);
        new ExportRoutes(this).register(routes);
        new SqlRoute(series).register(routes);
        new ProofRoutes(proofs).register(routes);
        new DecisionRoutes(this).register(routes);
        new CommandRoutes(this).register(routes);
        new ShadowRoutes(this).register(routes);
    }
}
