package io.thingstead.node.api;

import io.thingstead.node.openapi.Operation;
import java.util.function.Supplier;

/// The node's figures for Prometheus, at `/metrics`.
///
/// @param scrape the figures as they stand, in Prometheus' text format
public record MetricsRoute(Supplier<String> scrape) {
    private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Operation METRICS = Operation.of("Operations", "The node's figures, for Prometheus")
            .answers("text/plain", "The figures, in Prometheus' text format.");

    public void register(Routes routes) {
        routes.get(
                "/metrics",
                METRICS,
                context -> context.contentType(MEDIA_TYPE)
                        .header("Cache-Control", "no-store")
                        .result(scrape.get()));
    }
}
