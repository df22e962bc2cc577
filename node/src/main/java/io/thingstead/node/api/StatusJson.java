package io.thingstead.node.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the node stands, in the HTTP interface.
///
/// @param finalityLagMs how long readings wait until they are final; absent when none is yet
record StatusJson(
        long nowMs,
        String member,
        LedgerJson ledger,
        LogJson log,
        DevicesJson devices,
        long readings,
        double readingsPerSecond,
        @Nullable Long finalityLagMs,
        SeriesJson series,
        Map<String, Long> refused,
        int httpPort,
        int mqttPort) {
    record LedgerJson(String id, long era, String engine, int members, long height, long blockTime, long events) {}

    /// Leaves that are durable, those under a signed checkpoint, those that are final.
    ///
    /// @param verifierKey for its checkpoints (C2SP signed-note)
    record LogJson(String origin, String verifierKey, long size, long checkpoint, long anchored) {}

    record DevicesJson(long registered, long seen) {}

    /// @param behind leaves of the log that are not in the series yet
    record SeriesJson(long readings, long behind, long bytes) {}
}
