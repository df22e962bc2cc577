package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import java.util.function.Supplier;

/// What a node answers whose log is not open yet: why, to all that ask for anything but its health and its votes.
///
/// @param why asked for each answer
public record WaitingRoutes(Supplier<String> why) {
    public void register(Routes routes) {
        routes.before(this::before);
    }

    private void before(Context context) {
        String path = context.path();
        if (!path.equals(HeldVotesRoutes.PATH) && !path.startsWith(HealthRoutes.PREFIX)) {
            Problem.send(context, Refusal.BUSY, why.get());
            context.skipRemainingHandlers();
        }
    }
}
