package io.thingstead.node.api;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.node.api.FindRoutes.Found;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks for a hash among the newest blocks and events. There is no index of hashes: it goes back so far, or so long,
/// and says how far it came.
final class HashSearch {
    private static final int MOST_BLOCKS = 5_000;
    private static final int MOST_EVENTS = 50_000;
    private static final int CHUNK = 500;
    private static final int ENOUGH = 10;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final HexFormat HEX = HexFormat.of();

    private final LedgerReader ledger;

    /// The oldest block and event that were looked at.
    record Span(long fromBlock, long fromEvent) {}

    HashSearch(LedgerReader ledger) {
        this.ledger = ledger;
    }

    /// Adds what has a hash that starts like this. Null when all that is kept here was looked at, or enough was found.
    @Nullable
    Span find(String hex, List<Found> found) {
        long fromBlock = blocks(hex, found, System.nanoTime() + MOST_NANOS);
        long fromEvent = events(hex, found, System.nanoTime() + MOST_NANOS);
        boolean all = fromBlock <= ledger.firstBlock() && fromEvent <= ledger.firstEvent();
        return all ? null : new Span(fromBlock, fromEvent);
    }

    private long blocks(String hex, List<Found> found, long until) {
        long top = ledger.head().height();
        long lowest = Math.max(ledger.firstBlock(), top - MOST_BLOCKS);
        long at = top;
        for (; at >= lowest && found.size() < ENOUGH && System.nanoTime() < until; at--) {
            var block = ledger.block(at);
            if (block.isEmpty()) continue;
            if (startsWith(block.get().headerHash(), hex))
                found.add(new Found("block", "" + at, "has this header hash"));
            else if (startsWith(block.get().appHash(), hex))
                found.add(new Found("block", "" + at, "the app hash after it is this one"));
        }
        return at + 1;
    }

    private long events(String hex, List<Found> found, long until) {
        long top = ledger.head().eventsSize();
        long lowest = Math.max(ledger.firstEvent(), top - MOST_EVENTS);
        long before = top;
        while (before > lowest && found.size() < ENOUGH && System.nanoTime() < until) {
            long from = Math.max(lowest, before - CHUNK);
            for (Event event : ledger.events(from, (int) (before - from)).reversed()) {
                if (found.size() >= ENOUGH) break;
                if (!event.isOfBlock() && startsWith(event.transaction(), hex))
                    found.add(new Found("event", "" + event.number(), "its transaction: " + event.inWords()));
                else if (event.type() == EventType.CHECKPOINT_ANCHORED && startsWith(anchored(event), hex))
                    found.add(new Found("event", "" + event.number(), "anchored this root: " + event.inWords()));
            }
            before = from;
        }
        return before;
    }

    /// The root of the log's tree that became final.
    private static byte[] anchored(Event event) {
        var in = CborReader.strict(event.body());
        in.readArrayOf(6);
        in.readText(32);
        in.readUint();
        in.readUint();
        in.readUint();
        return in.readBytesOf(32);
    }

    private static boolean startsWith(byte[] hash, String hex) {
        return HEX.formatHex(hash).startsWith(hex);
    }
}
