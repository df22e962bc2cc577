package io.thingstead.node.consensus.simulated;

import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a member's engine keeps over a crash: the decided blocks, and how far the member is with the next one.
public final class EngineDisk {
    /// A block and what decided it.
    public record Decided(Block block, Commit commit) {}

    final TreeMap<Long, Decided> blocks = new TreeMap<>();
    /// Who votes, from a height on.
    final TreeMap<Long, Voters> voters = new TreeMap<>();
    /// Evidence that stands in a block.
    final TreeSet<String> told = new TreeSet<>();

    @Nullable
    Agreement agreement;

    public TreeMap<Long, Decided> blocks() {
        return blocks;
    }

    /// The engine's blocks are gone; what it signed is kept elsewhere and stays.
    public void loseBlocks() {
        blocks.clear();
        voters.clear();
        told.clear();
    }
}
