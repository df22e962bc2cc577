package io.thingstead.node.api;

import io.thingstead.node.ledger.BlockFacts;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of the ledger in the HTTP interface.
///
/// @param certificate absent while the members' signatures are to come, or where they are not kept
/// @param events with the block's own, where one block is asked for
record BlockJson(
        long height,
        long era,
        long time,
        String headerHash,
        String appHash,
        long transactions,
        long firstEvent,
        long eventCount,
        @Nullable CertificateJson certificate,
        @Nullable String alone,
        @Nullable List<EventJson> events) {
    /// @param height of the header that was signed: this block's, or the next one's, which holds the app hash after
    /// this
    /// @param signed absent, with `missing`, where the set of members of that time is not known here
    /// @param verified whether all signatures verify here and are enough; absent in a list
    record CertificateJson(
            long height,
            @Nullable Long round,
            String headerHash,
            @Nullable List<String> signed,
            @Nullable List<String> missing,
            @Nullable Boolean verified,
            String words) {}

    static BlockJson of(
            BlockFacts block,
            @Nullable CertificateJson certificate,
            @Nullable String alone,
            @Nullable List<EventJson> events) {
        return new BlockJson(
                block.height(),
                block.era(),
                block.time(),
                HexFormat.of().formatHex(block.headerHash()),
                HexFormat.of().formatHex(block.appHash()),
                block.transactions(),
                block.firstEvent(),
                block.events(),
                certificate,
                alone,
                events);
    }
}
