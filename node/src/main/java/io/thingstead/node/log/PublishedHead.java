package io.thingstead.node.log;

import org.jspecify.annotations.Nullable;

/// What readers see of a log: the tree as far as it is durable, and the newest signed checkpoint.
/// Written by the sequencer's thread, read by any.
final class PublishedHead {
    private final TileCache cache;
    private volatile TreeEdge edge;
    private volatile @Nullable SignedCheckpoint checkpoint;

    PublishedHead(TileCache cache, TreeEdge edge, @Nullable SignedCheckpoint checkpoint) {
        this.cache = cache;
        this.edge = edge;
        this.checkpoint = checkpoint;
    }

    long size() {
        return edge.size();
    }

    /// The tree as it is durable now; what is read from it stays as it is.
    TreeReader tree() {
        return new TreeReader(edge, cache);
    }

    @Nullable
    SignedCheckpoint checkpoint() {
        return checkpoint;
    }

    void publish(TreeEdge edge) {
        this.edge = edge;
    }

    void publish(SignedCheckpoint checkpoint) {
        this.checkpoint = checkpoint;
    }
}
