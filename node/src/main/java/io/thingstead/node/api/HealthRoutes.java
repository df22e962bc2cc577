package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import java.util.List;

/// What supervisors and load balancers ask: `/health/live`, where a no means "restart it", and `/health/ready`, where a
/// no means "send it nothing now". A ledger that stands still is neither: readings are taken and become final later.
public record HealthRoutes(Health health) {
    static final String PREFIX = "/health/";

    private static final Operation LIVE = operation("Whether the process is sound; 503 where only a restart mends it");
    private static final Operation READY =
            operation("Whether a reading that comes now can be accepted; 503 where none can");

    record Answer(
            @Says("also the answer's status: 200 or 503") boolean ok, List<Notice> problems) {}

    private static Operation operation(String summary) {
        return Operation.of("Operations", summary).answers(Answer.class).answers(503, Answer.class);
    }

    public void register(Routes routes) {
        routes.getOrHead(PREFIX + "live", LIVE, context -> send(context, health.mustRestart()))
                .getOrHead(PREFIX + "ready", READY, context -> send(context, health.refusesReadings()));
    }

    private static void send(Context context, List<Notice> problems) {
        context.status(problems.isEmpty() ? 200 : 503);
        Json.send(context, new Answer(problems.isEmpty(), problems));
    }
}
