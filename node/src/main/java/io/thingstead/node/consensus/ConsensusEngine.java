package io.thingstead.node.consensus;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.Submitter;
import java.util.List;
import java.util.Optional;

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

    /// Why it does not run as it should, or empty.
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /// Why this member does not vote though the others count its votes, or empty.
    default Optional<String> holdsBack() {
        return Optional.empty();
    }

    /// Ends what holds this member back, though nobody knows what its key has signed: the word of people, who know the
    /// risk. False where nothing does.
    default boolean voteAgain() {
        return false;
    }

    /// Transactions that wait here for a block; 0 where the engine keeps none.
    default int waiting() {
        return 0;
    }

    /// How often its program was started again since the node's start.
    default long restarts() {
        return 0;
    }

    /// The members whose votes on the block to come are here; empty where the engine cannot tell. Waits a moment for
    /// the engine. It tells who is missing once the ledger stands still, and nothing while it goes on.
    default Optional<List<MemberId>> heard() {
        return Optional.empty();
    }

    @Override
    void close();
}
