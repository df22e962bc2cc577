package io.thingstead.node.consensus;

import io.thingstead.node.ledger.Submitter;

/// Orders transactions into blocks among the members of an era, and certifies them; an [Application] executes them.
///
/// Promises: blocks come one after another, each after the one before was committed; block time grows; an idle chain
/// still makes an empty block from time to time; a transaction's future completes after its block is certified, or
/// when it is refused; it fails when the engine stops and nobody knows what became of the transaction. When the engine
/// can no longer go on it says so once to the failure callback it was made with, and certifies nothing any more.
public interface ConsensusEngine extends Submitter, AutoCloseable {
    /// How often an idle chain makes an empty block.
    long EMPTY_BLOCK_MS = 10_000;

    /// The engine's name in era records: `solo`, `comet`.
    String name();

    /// When this returns, readers have a certified head.
    void start();

    @Override
    void close();
}
