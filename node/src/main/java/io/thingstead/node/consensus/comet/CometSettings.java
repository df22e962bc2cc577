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
public record CometSettings(
        Path program,
        Path home,
        String listen,
        List<String> peers,
        long emptyBlockMs,
        long timeoutProposeMs,
        long keepBlocks) {
    public static final long TIMEOUT_PROPOSE_MS = 300;
    public static final long KEEP_BLOCKS = 100_000;

    public CometSettings {
        peers = List.copyOf(peers);
    }
}
