package io.thingstead.node.consensus.solo;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TransactionPool;
import io.thingstead.node.consensus.TransactionPool.Pending;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.TransactionResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The embedded engine of a single member: one thread makes blocks of what waits, keeps each with one synced write, and
/// signs its header. The next block's transactions gather while the write runs.
public final class SoloEngine implements ConsensusEngine {
    private static final int MAX_BLOCK_BYTES = 1_000_000;

    private final StoredLedger ledger;
    private final Signer engineKey;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final long emptyBlockMs;
    private final TransactionPool pool = new TransactionPool();
    /// Taken out of the pool, not in a block yet. The engine's thread alone touches it.
    private final List<Pending> waiting = new ArrayList<>();
    /// In the block that is being made.
    private List<Pending> inBlock = List.of();

    private final Thread thread;
    private volatile boolean closed;

    /// @param onFailure told once when the engine cannot go on (disk, broken invariant): the process must stop
    public SoloEngine(StoredLedger ledger, Signer engineKey, LongSupplier clockMs, Consumer<Throwable> onFailure) {
        this(ledger, engineKey, clockMs, onFailure, EMPTY_BLOCK_MS);
    }

    SoloEngine(
            StoredLedger ledger,
            Signer engineKey,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure,
            long emptyBlockMs) {
        this.ledger = ledger;
        this.engineKey = engineKey;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
        this.emptyBlockMs = emptyBlockMs;
        this.thread = Thread.ofPlatform().name("consensus-solo").unstarted(this::run);
    }

    @Override
    public String name() {
        return EraRecord.SOLO;
    }

    /// Signs the last block again where a crash came between its write and its certificate; Ed25519 gives the same
    /// signature each time.
    @Override
    public void start() {
        try {
            takeUp();
        } catch (RuntimeException e) {
            closed = true;
            pool.close(new Refused(Refusal.STORE_UNAVAILABLE, "the ledger did not start: " + e.getMessage()));
            throw e;
        }
        thread.start();
    }

    private void takeUp() {
        Application.Info info = ledger.info();
        EraRecord era = info.era();
        boolean ours = era.engine().equals(EraRecord.SOLO)
                && era.members().size() == 1
                && era.members().getFirst().engineKey().equals(engineKey.key());
        if (!ours) {
            throw new IllegalStateException("era " + era.number() + " of the ledger is not made by this engine key");
        }
        Optional<BlockRecord> last = ledger.blocks().block(info.height()).filter(b -> b.era() == era.number());
        if (last.isEmpty()) {
            makeBlock(nextTime());
        } else if (!ledger.isCertified()) {
            certify(last.get().height(), last.get().header());
        }
    }

    @Override
    public int waiting() {
        return pool.size();
    }

    @Override
    public CompletableFuture<TransactionResult> submit(byte[] transaction) {
        return pool.add(transaction);
    }

    private void run() {
        try {
            while (!closed) {
                round();
            }
            pool.close(new Refused(Refusal.BUSY, "the ledger is closing: try again later"));
            waiting.forEach(p -> p.refuse(new Refused(Refusal.BUSY, "the ledger is closing: try again later")));
        } catch (Throwable e) {
            // Whatever it is, what this process knows of the ledger may be wrong now: it must not sign on.
            closed = true;
            Refused stopped = new Refused(Refusal.STORE_UNAVAILABLE, "the ledger has stopped: " + e.getMessage());
            onFailure.accept(e);
            pool.close(stopped);
            waiting.forEach(p -> p.refuse(stopped));
            EngineStopped unknown = new EngineStopped("the ledger stopped while this was on its way into a block", e);
            inBlock.forEach(p -> p.done().completeExceptionally(unknown));
        }
    }

    /// Waits for transactions, or until an empty block is due, and makes a block.
    private void round() throws InterruptedException {
        long due = ledger.info().blockTime() + emptyBlockMs;
        // A clock that was set back must not hold up empty blocks for longer than that.
        long wait = Math.clamp(due - clockMs.getAsLong(), 0, emptyBlockMs);
        boolean idle = !pool.take(waiting, wait) && waiting.isEmpty();
        if (closed) {
            return;
        }
        long time = nextTime();
        inBlock = choose(time);
        if (!inBlock.isEmpty() || idle || time >= due) {
            makeBlock(time);
        }
    }

    /// Of what waits, in its order, what fits into the next block and is not refused.
    private List<Pending> choose(long time) {
        int count = 0;
        for (int bytes = 0; count < waiting.size(); count++) {
            bytes += waiting.get(count).transaction().length;
            if (bytes > MAX_BLOCK_BYTES) {
                break;
            }
        }
        List<Pending> fitting = new ArrayList<>(waiting.subList(0, count));
        waiting.subList(0, count).clear();
        List<byte[]> chosen =
                ledger.propose(fitting.stream().map(Pending::transaction).toList(), time, MAX_BLOCK_BYTES);
        List<Pending> block = new ArrayList<>(chosen.size());
        for (Pending pending : fitting) {
            // The chosen ones stand in the same order, each once.
            if (block.size() < chosen.size() && Arrays.equals(chosen.get(block.size()), pending.transaction())) {
                block.add(pending);
            } else {
                // What would be taken but is not chosen stands in this block twice: the next round refuses it as seen.
                ledger.check(pending.transaction(), time)
                        .ifPresentOrElse(pending::refuse, () -> waiting.addFirst(pending));
            }
        }
        return block;
    }

    private long nextTime() {
        return Math.max(clockMs.getAsLong(), ledger.info().blockTime() + 1);
    }

    private void makeBlock(long time) {
        Application.Info info = ledger.info();
        List<byte[]> transactions = inBlock.stream().map(Pending::transaction).toList();
        var block = new Application.DecidedBlock(info.height() + 1, time, transactions);
        Application.Finalized finalized = ledger.finalizeBlock(block);
        byte[] header = new SoloHeader(
                        info.ledger(),
                        info.era().number(),
                        block.height(),
                        block.time(),
                        info.headerHash(),
                        transactionsRoot(transactions),
                        finalized.appHash())
                .encode();
        ledger.commit(block.height(), header, Sha256.of(header));
        // Signed only now: what the engine key signed must be on disk. A crash here is mended by `start`.
        certify(block.height(), header);
        List<Pending> done = inBlock;
        inBlock = List.of();
        for (int i = 0; i < done.size(); i++) {
            done.get(i).done().complete(finalized.results().get(i));
        }
    }

    private void certify(long height, byte[] header) {
        if (SoloHeader.decode(header) instanceof Result.Ok<SoloHeader>(SoloHeader decoded)) {
            ledger.certify(height, decoded.sign(engineKey));
        } else {
            throw new IllegalStateException("block " + height + " has no header of the solo engine");
        }
    }

    static byte[] transactionsRoot(List<byte[]> transactions) {
        return MerkleTree.root(transactions.stream().map(MerkleTree::leafHash).toList());
    }

    /// Ends after the block that is being made; what still waits is refused as busy.
    @Override
    public void close() {
        closed = true;
        pool.wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
