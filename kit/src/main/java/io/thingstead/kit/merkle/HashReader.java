package io.thingstead.kit.merkle;

/// Where the hashes of complete subtrees come from: tiles, a store, or memory.
@FunctionalInterface
public interface HashReader {
    /// The hash of the complete subtree of `2^level` leaves that begins at leaf `index << level`; level 0 are the leaf
    /// hashes. Asked only for subtrees that lie wholly inside the tree.
    byte[] hash(int level, long index);
}
