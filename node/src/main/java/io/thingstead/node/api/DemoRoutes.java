package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;

/// Removing the demo devices and their data.
public record DemoRoutes(DemoData demo) {
    private static final Operation REMOVE = Operation.of("Operations", "Removes the demo devices and their data")
            .details(
                    "They are stopped, their keys and tokens revoked, what they said is erased for ever, and they stand"
                            + " in no list any more. The ledger still knows that they were registered, and the log verifies."
                            + " It answers when the bytes are off the disk; asked again after a failure, it goes on.")
            .answers(DemoData.Removed.class)
            .refuses(Refusal.REQUEST_NOT_FOUND, Refusal.BUSY)
            .asksTheLedger();

    public void register(Routes routes) {
        routes.post("/api/demo/remove", REMOVE, this::remove);
    }

    private void remove(Context context) {
        switch (demo.remove()) {
            case Result.Ok<DemoData.Removed>(var removed) -> Json.send(context, removed);
            case Result.No<DemoData.Removed>(var refused) -> Problem.of(refused).send(context);
        }
    }
}
