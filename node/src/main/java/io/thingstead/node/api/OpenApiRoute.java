package io.thingstead.node.api;

import io.thingstead.node.openapi.Described;
import io.thingstead.node.openapi.Document;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.people.Need;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The document of the interface, at `/api/openapi.json`.
///
/// @param version of the node
public record OpenApiRoute(String version, SignInRules rules) {
    private static final Operation DOCUMENT = Operation.of(
                    "Interface", "This document: all that is answered here, in OpenAPI 3.1")
            .answers("application/json", "The document.");

    public void register(Routes routes) {
        // Made when it is first asked for: then all routes are there.
        var made = new AtomicReference<byte[]>();
        routes.get("/api/openapi.json", DOCUMENT, context -> {
            if (made.get() == null) made.set(document(routes));
            Json.send(context, made.get());
        });
    }

    private byte[] document(Routes routes) {
        return Json.bytes(
                new Document(version, rules.cookie(), Problem::status, OpenApiRoute::need).of(routes.described()));
    }

    private static Optional<String> need(Described route) {
        return Needs.of(route.registered())
                .filter(need -> need != Need.NOTHING && need != Need.DEVICE)
                .map(Need::label);
    }
}
