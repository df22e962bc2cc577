package io.thingstead.node.consensus.comet;

import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A member whose record of votes was lost does not know what its key has signed, and would be caught cheating if it
/// signed something else in the same place. It signs nothing until the others have decided a block that cannot have
/// been voted on before: then that block is the floor, and it votes on the next ones.
///
/// A block's time is the median of the members' clocks when they voted on the block before (CometBFT, BFT time). Where
/// it is later than this node's start, the chain had not got beyond that block when this member last voted. The clocks
/// of honest members may differ by the margin.
final class VoteHold {
    static final long MARGIN_MS = 30_000;

    /// What stands in what the engine says of each vote that it does not get.
    static final String LOST = "because its record of votes was lost";

    private static final Logger LOG = LoggerFactory.getLogger(VoteHold.class);

    private final Path file;
    private final String chainId;
    private final long known;
    private final LongSupplier clockMs;
    private final LongSupplier nanos;
    private final long marginMs;
    private final long startedNs;
    private long reached;

    /// @param file where the record of votes was
    /// @param known the newest block that is here: this member has voted on the one after it at most, as far as is
    ///     known here
    VoteHold(Path file, String chainId, long known, LongSupplier clockMs, LongSupplier nanos, long marginMs) {
        this.file = file;
        this.chainId = chainId;
        this.known = known;
        this.reached = known;
        this.clockMs = clockMs;
        this.nanos = nanos;
        this.marginMs = marginMs;
        this.startedNs = nanos.getAsLong();
        LOG.warn("{}", why());
    }

    /// A block is durable here. The record of votes from here on, or null: it is not late enough.
    @Nullable
    SignerState decided(long height, long blockTime) {
        reached = Math.max(reached, height);
        long now = clockMs.getAsLong();
        // The start by the clock as it stands now: one that was wrong when this node started may have been set since.
        long started = now - (nanos.getAsLong() - startedNs) / 1_000_000;
        boolean isClockBehind = blockTime > now + marginMs;
        if (height <= known + 1 || blockTime < started + marginMs || isClockBehind) {
            return null;
        }
        SignerState state = SignerState.withFloor(file, chainId, height);
        LOG.warn("the others went on to block {}: this member votes again from block {} on", height, height + 1);
        return state;
    }

    /// Votes on the block after the newest one that is here, whatever was signed there before.
    SignerState release() {
        SignerState state = SignerState.withFloor(file, chainId, reached);
        LOG.warn(
                "an operator ended the wait: this member votes from block {} on, and does not know whether it voted on"
                        + " that one before",
                reached + 1);
        return state;
    }

    String why() {
        return "this member does not vote before block " + (reached + 2)
                + ", " + LOST + ": it waits until the others have decided a block that is "
                + marginMs / 1_000 + " s younger than the start of this node (where so many wait that none ever comes:"
                + " thingstead consortium vote-again)";
    }
}
