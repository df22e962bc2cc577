package io.thingstead.node.consensus.comet;

import java.nio.file.Path;
import java.util.List;

/// How the engine of several members is run.
///
/// @param program CometBFT's executable
/// @param home the folder that the engine keeps its configuration and blocks in
/// @param listen where the other members' engines reach this one, `host:port`
/// @param peers the other members' engines, each `id@host:port`
/// @param emptyBlockMs how often an idle chain makes an empty block
/// @param timeoutProposeMs how long a proposal is waited for, before the next member proposes
/// @param keepBlocks how many blocks are kept for members that were away, 0: all
/// @param snapshotEvery after how many blocks a snapshot of the state is taken for members that join
/// @param farBehind from how many blocks on a member that was away takes a snapshot instead of the blocks
public record CometSettings(
        Path program,
        Path home,
        String listen,
        List<String> peers,
        long emptyBlockMs,
        long timeoutProposeMs,
        long keepBlocks,
        long snapshotEvery,
        long farBehind) {
    public static final long TIMEOUT_PROPOSE_MS = 300;
    public static final long KEEP_BLOCKS = 100_000;

    public static final long SNAPSHOT_EVERY = 1_000;
    public static final long FAR_BEHIND = 2_000;

    public CometSettings(
            Path program,
            Path home,
            String listen,
            List<String> peers,
            long emptyBlockMs,
            long timeoutProposeMs,
            long keepBlocks) {
        this(program, home, listen, peers, emptyBlockMs, timeoutProposeMs, keepBlocks, SNAPSHOT_EVERY, FAR_BEHIND);
    }

    public CometSettings {
        if (keepBlocks != 0 && keepBlocks < 2 * farBehind) {
            throw new IllegalArgumentException("engine: keep_blocks is at least " + 2 * farBehind
                    + ": a member that was away for " + farBehind + " blocks needs them");
        }
        peers = List.copyOf(peers);
    }
}
