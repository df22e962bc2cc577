package io.thingstead.node.log;

import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Thumbprint;
import java.util.List;
import java.util.function.LongFunction;

/// A leaf with what its proof takes of its log: of this member's own, or of another's that is mirrored here.
///
/// @param key that signed the frame
/// @param treeSize how much of the log's tree is here
/// @param inclusion its path up to the root at a size, `index < size ≤ treeSize`
public record KeptLeaf(
        LogId log,
        long index,
        Thumbprint key,
        byte[] salt,
        long receivedMs,
        byte[] content,
        long treeSize,
        LongFunction<List<byte[]>> inclusion) {
    public static KeptLeaf of(LogReader log, LeafRecord leaf) {
        return new KeptLeaf(
                log.id(),
                leaf.index(),
                leaf.stream().key(),
                leaf.salt(),
                leaf.receivedMs(),
                leaf.content(),
                log.size(),
                size -> log.inclusionProof(leaf.index(), size));
    }
}
