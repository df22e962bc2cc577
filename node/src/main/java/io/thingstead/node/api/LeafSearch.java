package io.thingstead.node.api;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.node.api.FindRoutes.Found;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks for a leaf of this member's log in use by its commitment or its hash in the tree. There is no index of them:
/// it
/// goes back so far, or so long, and says how far it came.
///
/// @param logs the member's, the one in use last; none where no log is searched
record LeafSearch(List<LogReader> logs) {
    private static final int MOST_LEAVES = 50_000;
    private static final int CHUNK = 500;
    private static final int ENOUGH = 10;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final HexFormat HEX = HexFormat.of();

    void byNumber(long index, List<Found> found) {
        if (logs.isEmpty()) return;
        LogReader log = logs.getLast();
        log.leaf(index).ifPresent(leaf -> found.add(found(log, leaf, "")));
    }

    /// A leaf of any log of the member.
    void byNumber(String name, long index, List<Found> found) {
        for (LogReader log : logs)
            if (log.id().toString().equals(name)) log.leaf(index).ifPresent(leaf -> found.add(found(log, leaf, "")));
    }

    /// Null when all of the log in use was looked at, or enough was found; else the oldest that was.
    @Nullable
    Long byHash(String hex, List<Found> found) {
        if (logs.isEmpty()) return null;
        LogReader log = logs.getLast();
        long until = System.nanoTime() + MOST_NANOS;
        long lowest = Math.max(0, log.size() - MOST_LEAVES);
        long before = log.size();
        while (before > lowest && found.size() < ENOUGH && System.nanoTime() < until) {
            long from = Math.max(lowest, before - CHUNK);
            for (LeafRecord leaf : log.leaves(from, (int) (before - from)).reversed()) {
                byte[] entry = leaf.entry();
                if (HEX.formatHex(entry, 1, entry.length).startsWith(hex))
                    found.add(found(log, leaf, "has this commitment: "));
                else if (HEX.formatHex(MerkleTree.leafHash(entry)).startsWith(hex))
                    found.add(found(log, leaf, "has this hash in the log's tree: "));
            }
            before = from;
        }
        return before == 0 || found.size() >= ENOUGH ? null : before;
    }

    private static Found found(LogReader log, LeafRecord leaf, String why) {
        return new Found(
                "leaf",
                log.id() + "/" + leaf.index(),
                why + "number " + leaf.n() + " of " + leaf.stream().device());
    }
}
