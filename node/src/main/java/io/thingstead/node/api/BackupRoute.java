package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import java.util.function.Supplier;

/// Takes the snapshot from which `thingstead backup` writes, at `POST /api/backup`. The command reads it in the data
/// folder: nothing of it goes over the wire.
///
/// @param snapshot takes it and gives the name of its folder
public record BackupRoute(Supplier<String> snapshot) {
    private static final Operation TAKE = Operation.of("Operations", "Takes a snapshot of the store, for a backup")
            .details("`thingstead backup` reads it in the data folder: nothing of it goes over the wire.")
            .answers(Taken.class);

    private record Taken(@Says("the name of its folder") String snapshot) {}

    public void register(Routes routes) {
        routes.post("/api/backup", TAKE, this::take);
    }

    private void take(Context context) {
        Json.send(context, new Taken(snapshot.get()));
    }
}
