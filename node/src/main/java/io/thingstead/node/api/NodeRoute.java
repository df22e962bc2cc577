package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.retention.Retention;
import java.util.List;
import java.util.function.Supplier;

/// The node as it runs, at `GET /api/node`: what it is, where it listens, what it has, and what it finds when it looks
/// at
/// itself.
public final class NodeRoute {
    private static final Operation SHOW = Operation.of("Operations", "What this node is, has, and finds of itself")
            .answers(Answer.class);

    private final Supplier<NodeState> state;
    private final Status status;
    private final Checkup checkup;

    private record Answer(
            @Says("the node's clock") long nowMs,
            String member,
            @Says("the ledger's id") String ledger,
            @Says("the origin of its log") String log,

            @Says(
                    value = "how the ledger's blocks are agreed on",
                    oneOf = {"solo", "comet"})
            String engine,

            NodeState node,

            @Says("readings as series on disk, refreshed now and then")
            long seriesBytes,

            List<Checkup.Check> checks) {}

    public NodeRoute(
            Api api,
            Supplier<NodeState> state,
            Health health,
            Retention retention,
            Supplier<List<MirrorState>> mirrors) {
        this.state = state;
        this.status = new Status(api, LedgerStanding.of(api, new Signatures(api.ledger())));
        this.checkup = new Checkup(
                health,
                retention,
                mirrors,
                () -> api.facts().engineTrouble().orElse(""),
                () -> api.ledger()
                        .certified()
                        .map(certified -> certified.head().height())
                        .orElse(0L));
    }

    public void register(Routes routes) {
        routes.get("/api/node", SHOW, this::show);
    }

    private void show(Context context) {
        StatusJson now = status.now();
        NodeState node = state.get();
        Json.send(
                context,
                new Answer(
                        now.nowMs(),
                        now.member(),
                        now.ledger().id(),
                        now.log().origin(),
                        now.ledger().engine(),
                        node,
                        now.series().bytes(),
                        checkup.of(now, node)));
    }
}
