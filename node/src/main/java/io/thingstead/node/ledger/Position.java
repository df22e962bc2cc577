package io.thingstead.node.ledger;

import io.thingstead.kit.model.LedgerId;

/// How far a ledger is: its era, last height and block time, and how long it stood still without having said so yet.
///
/// @param blockTime the time of the last block, or 0 before the first
/// @param stillMs time without blocks that the next block with a transaction adds to the suspended time
public record Position(LedgerId ledger, long era, long height, long blockTime, long stillMs) {
    /// A gap between blocks over this is an outage, not an idle time.
    public static final long OUTAGE_MS = 120_000;

    public Position after(long newHeight, long newTime, boolean suspensionTold) {
        return new Position(ledger, era, newHeight, newTime, suspensionTold ? 0 : stillAt(newTime));
    }

    /// The still time as of a block at `newTime`.
    public long stillAt(long newTime) {
        long gap = blockTime == 0 ? 0 : newTime - blockTime;
        return stillMs + (gap > OUTAGE_MS ? gap : 0);
    }
}
