package io.thingstead.node.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the members of the ledger stand, in the HTTP interface.
///
/// @param member whose node this is
/// @param standstill absent while the ledger goes on
/// @param recentBlocks how many of the newest certificates the members' `signed` counts
/// @param certificate the newest one; absent until the members have agreed since this node started
record ConsortiumJson(
        long nowMs,
        String member,
        String ledger,
        long height,
        long blockTime,
        Attendance.Tolerance tolerance,
        Standstill.@Nullable Now standstill,
        EngineJson engine,
        @Nullable CertificateJson certificate,
        int recentBlocks,
        List<MemberJson> members,
        List<EraJson> eras,
        Accusations.Now accusations) {
    /// @param trouble why it does not run; absent while it does
    record EngineJson(String name, @Nullable String trouble) {}

    record CertificateJson(long height, int signed, int of) {}

    /// @param signed in how many of the newest certificates its signature stands, of how many it had a vote in
    /// @param strip the same one by one, the oldest first: `1` signed, `0` not, `-` had no vote
    /// @param lastSigned the newest of these blocks that it signed; absent when none
    /// @param quiet whether it signed none of the last ones, and is not merely slower than the others
    /// @param anchorMs block time of its last anchor; absent before the first
    /// @param faults how often the engine caught it voting twice or lying
    record MemberJson(
            String name,
            String domain,
            boolean own,
            boolean votes,
            boolean removed,
            @Nullable String node,
            @Nullable String engine,
            long faults,
            boolean signedLast,
            int signed,
            int of,
            String strip,
            @Nullable Long lastSigned,
            boolean quiet,
            @Nullable Long anchorMs,
            long devices,
            List<LogJson> logs) {}

    record LogJson(
            long number, String origin, long size, @Nullable String closed, boolean forked) {}

    /// @param last its last block; absent for the era of today
    record EraJson(
            long number,
            String engine,
            long first,
            @Nullable Long last,
            long firstEvent,
            List<String> members,
            String words) {}
}
