package io.thingstead.node.api;

import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.view.live.Presence;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the node stands, in the HTTP interface.
///
/// @param commandKey with which the member signs commands: its node key as COSE_Key, in hex
/// @param notices how this member itself stands, where that must not be overlooked
/// @param demo absent where there are no demo devices
/// @param finalityLagMs how long readings wait until they are final; absent when none is yet
record StatusJson(
        long nowMs,
        String member,
        String commandKey,
        LedgerJson ledger,
        List<Notice> notices,
        Accusations.Now accusations,
        AlarmCount alarms,
        LogJson log,
        DevicesJson devices,
        long readings,
        double readingsPerSecond,
        @Nullable Long finalityLagMs,
        SeriesJson series,
        Map<String, Long> refused,
        int httpPort,
        int mqttPort,
        DemoData.@Nullable Standing demo) {
    /// @param members that vote
    /// @param missing absent while all events are here
    /// @param standstill absent while the ledger goes on
    record LedgerJson(
            String id,
            long era,
            String engine,
            int members,
            Attendance.Tolerance tolerance,
            long height,
            long blockTime,
            long events,
            @Nullable MissingJson missing,
            Standstill.@Nullable Now standstill) {}

    /// What of the ledger's history is still being fetched from the other members.
    record MissingJson(long events, String words) {
        static @Nullable MissingJson of(List<EventSpan> missing) {
            if (missing.isEmpty()) return null;
            String spans = missing.stream()
                    .map(span -> span.from() + " to " + (span.to() - 1))
                    .collect(Collectors.joining(", "));
            return new MissingJson(
                    missing.stream().mapToLong(EventSpan::size).sum(),
                    "events " + spans + " are being fetched from the other members");
        }
    }

    /// Leaves that are durable, those under a signed checkpoint, those that are final.
    ///
    /// @param verifierKey for its checkpoints (C2SP signed-note)
    record LogJson(String origin, String verifierKey, long size, long checkpoint, long anchored) {}

    /// @param silent heard of before, but for so long no more that it must be looked after
    record DevicesJson(long registered, long live, long late, long silent, long never) {
        static DevicesJson of(long registered, Map<Presence, Long> states) {
            return new DevicesJson(
                    registered,
                    states.getOrDefault(Presence.LIVE, 0L),
                    states.getOrDefault(Presence.LATE, 0L),
                    states.getOrDefault(Presence.SILENT, 0L),
                    states.getOrDefault(Presence.NEVER, 0L));
        }
    }

    /// @param behind leaves of the log that are not in the series yet
    record SeriesJson(long readings, long behind, long bytes) {}
}
