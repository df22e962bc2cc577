package io.thingstead.node.consensus;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Misbehaviour;
import io.thingstead.node.ledger.TransactionResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The ledger as an engine sees it. An engine, in this process or outside, calls in with whole blocks, from one thread
/// at a time; the shape follows CometBFT's ABCI.
///
/// Each block: `propose` and `process` while its order is being agreed, then `finalizeBlock`, then `commit`, which
/// makes
/// it durable, then `certify`, which lets it be proven; readers see it from then on, or since `show`. An engine may
/// know less than the application (it lost its
/// data, or was told a lower height): it then finalises and commits old blocks again, and gets the answers of the first
/// time; nothing changes.
public interface Application {
    /// Where the application stands.
    ///
    /// @param height of the last committed block; one below the era's initial height before the era's first block
    /// @param headerHash of that block, 32 zero bytes before the era's first block
    record Info(LedgerId ledger, EraRecord era, long height, long blockTime, byte[] headerHash, byte[] appHash) {}

    /// Where an era began, before its first block.
    ///
    /// @param blockTime of the last block before it, 0 where there was none
    record EraStart(long era, long blockTime, byte[] appHash) {}

    /// A block whose order is decided, or proposed.
    ///
    /// @param misbehaviour what the engine caught members at, shown with this block
    record DecidedBlock(long height, long time, List<byte[]> transactions, List<Misbehaviour> misbehaviour) {
        public DecidedBlock(long height, long time, List<byte[]> transactions) {
            this(height, time, transactions, List.of());
        }

        public DecidedBlock {
            transactions = List.copyOf(transactions);
            misbehaviour = List.copyOf(misbehaviour);
        }
    }

    /// What a block came to.
    ///
    /// @param results one for each transaction that was executed
    /// @param split how many results each of the engine's transactions has: a batch one for each transaction in it,
    ///     none when it was not taken
    /// @param validatorUpdates engine keys that vote from now on, and with power 0 those that do not any more
    record Finalized(
            byte[] appHash,
            List<TransactionResult> results,
            List<Integer> split,
            List<EraRecord.EraMember> validatorUpdates) {
        public Finalized {
            validatorUpdates = List.copyOf(validatorUpdates);
            results = List.copyOf(results);
            split = List.copyOf(split);
        }
    }

    /// What the engine knows of a block from its certificate, which is where trust in a snapshot comes from.
    record TrustedHead(long era, long height, long blockTime, byte[] headerHash, byte[] appHash) {}

    /// A snapshot that a member offers to one that joins.
    ///
    /// @param manifest what the chunks must be, see [LedgerSnapshot]
    record SnapshotOffer(long height, byte[] manifest, int chunks) {}

    Info info();

    /// Where the era in force began.
    EraStart eraStart();

    /// Whether a transaction may enter the pool.
    Optional<Refused> check(byte[] transaction);

    /// Of the pool, in its order, what a block at `time` takes: at most `maxBytes`, without what would be refused.
    List<byte[]> propose(List<byte[]> pool, long time, int maxBytes);

    /// Whether another member's proposal is acceptable: a pure function of state and block.
    boolean process(DecidedBlock proposal);

    /// Executes a decided block. Idempotent, also for blocks that were committed before.
    Finalized finalizeBlock(DecidedBlock block);

    /// Makes the finalised block durable. When this returns, the block survives a crash. For a block committed before
    /// it does nothing.
    ///
    /// @param header the engine's header for it, empty where only the certificate brings it
    void commit(long height, byte[] header, byte[] headerHash);

    /// Readers see the committed blocks up to this one from now on: the members have decided them, and they are
    /// durable here. What can be proven waits for `certify`.
    void show(long height);

    /// A committed block is certified: proofs may use it from now on, and readers see it if they did not before.
    ///
    /// @param certificate a signature over the header given with the block, or where none was given the bytes of a
    ///     [io.thingstead.kit.proof.Certificate] whose header holds the app hash after the block
    void certify(long height, byte[] certificate);

    /// Ends the era: the next block is the first of this one, made by its engine. Not between `finalizeBlock` and
    /// `commit`.
    void startEra(EraRecord era);

    /// A snapshot of the newest state that has a block of its own.
    SnapshotOffer snapshot();

    /// A chunk of the snapshot offered last; null when the ledger has gone on so far that it is offered no more.
    byte @Nullable [] chunk(int number);

    /// Begins to take a snapshot in place of the state that is here, which it must not be older than. Refused
    /// when it is not of the trusted head.
    ///
    /// @param voucher whether those who vote by the snapshot's state made the trusted head final
    Optional<Refused> offer(SnapshotOffer offer, TrustedHead trusted, Predicate<List<EraRecord.EraMember>> voucher);

    /// The same where the trusted head is known to be final.
    default Optional<Refused> offer(SnapshotOffer offer, TrustedHead trusted) {
        return offer(offer, trusted, _ -> true);
    }

    /// Takes the next chunk, in order. The last one makes the ledger stand where the snapshot was taken, or is refused
    /// because the whole does not give the app hash.
    Optional<Refused> apply(int number, byte[] chunk);
}
