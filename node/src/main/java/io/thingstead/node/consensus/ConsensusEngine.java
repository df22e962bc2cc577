package io.thingstead.node.consensus;

import io.thingstead.node.ledger.Submitter;

/// Orders transactions into blocks among the members of an era, and certifies them.
///
/// Promises: blocks come one after another, each after the one before was committed; block time grows; an idle chain
/// still makes a block every 10 seconds; a transaction's future completes after its block is certified. When the engine
/// can no longer go on, `failure` says why and nothing is certified any more.
public interface ConsensusEngine extends Submitter, AutoCloseable {
    /// How often an idle chain makes an empty block.
    long EMPTY_BLOCK_MS = 10_000;

    /// The engine's name in era records: `solo`, `comet`.
    String name();

    void start();

    @Override
    void close();
}
