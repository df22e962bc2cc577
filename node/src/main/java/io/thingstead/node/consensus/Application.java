package io.thingstead.node.consensus;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.TransactionResult;
import java.util.List;
import java.util.Optional;

/// The ledger as an engine sees it. An engine, in this process or outside, calls in with whole blocks, from one thread
/// at
/// a time; the shape follows CometBFT's ABCI.
public interface Application {
    /// Where the application stands. An engine whose own data is behind replays blocks from its height on.
    record Info(
            LedgerId ledger,
            long era,
            String chainId,
            long height,
            long blockTime,
            byte[] headerHash,
            byte[] appHash) {}

    /// A block whose order is decided.
    record DecidedBlock(long height, long time, List<byte[]> transactions) {
        public DecidedBlock {
            transactions = List.copyOf(transactions);
        }
    }

    /// What a block came to.
    record Finalized(byte[] appHash, List<TransactionResult> results) {
        public Finalized {
            results = List.copyOf(results);
        }
    }

    Info info();

    /// Whether a transaction may enter the pool.
    Optional<Refused> check(byte[] transaction);

    /// Of the pool, in its order, what a block at `time` takes: at most `maxBytes`, without what would be refused.
    List<byte[]> propose(List<byte[]> pool, long time, int maxBytes);

    /// Whether another member's proposal is acceptable: a pure function of state and block.
    boolean process(DecidedBlock proposal);

    /// Executes a decided block. Idempotent: the block at the last height, asked again, gives the same answer.
    Finalized finalizeBlock(DecidedBlock block);

    /// Makes the finalised block durable, with the engine's header for it. When this returns, the block survives a
    /// crash.
    void commit(byte[] header);

    /// The committed block at this height is certified: from now on readers see it and proofs may use it.
    void certify(long height, byte[] signature);

    /// The state at the last committed height, in chunks, for a member that joins.
    LedgerSnapshot snapshot();

    /// Takes a snapshot in place of an empty ledger; refuses one whose contents do not give the app hash.
    Optional<Refused> restore(LedgerSnapshot snapshot, byte[] trustedAppHash);
}
