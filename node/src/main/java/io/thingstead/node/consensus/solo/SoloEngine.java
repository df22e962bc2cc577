package io.thingstead.node.consensus.solo;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.SoloHeader;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.TransactionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The embedded engine of a single member: one thread makes blocks of what waits, keeps each with one synced write, and
/// signs its header. The next block's transactions gather while the write runs.
public final class SoloEngine implements ConsensusEngine {
    private static final int QUEUE = 20_000;
    private static final int MAX_BLOCK_BYTES = 1_000_000;

    private final StoredLedger ledger;
    private final Signer engineKey;
    private final LongSupplier clockMs;
    private final Consumer<Throwable> onFailure;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable Pending heldOver;

    private record Pending(byte[] transaction, CompletableFuture<TransactionResult> done) {}

    /// @param onFailure told once when the engine cannot go on (disk, broken invariant)
    public SoloEngine(StoredLedger ledger, Signer engineKey, LongSupplier clockMs, Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.engineKey = engineKey;
        this.clockMs = clockMs;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("consensus-solo").unstarted(this::run);
    }

    @Override
    public String name() {
        return "solo";
    }

    /// Signs the last block again where a crash came between its write and its certificate, and makes a first block, so
    /// that readers have a certified head when this returns.
    @Override
    public void start() {
        Application.Info info = ledger.info();
        byte[] header = ledger.header(info.height());
        if (header == null) {
            makeBlock(List.of());
        } else if (!ledger.isCertified()) {
            ledger.certify(info.height(), engineKey.sign(SoloHeader.toSign(header)));
        }
        thread.start();
    }

    @Override
    public CompletableFuture<TransactionResult> submit(byte[] transaction) {
        CompletableFuture<TransactionResult> done = new CompletableFuture<>();
        if (closed || !queue.offer(new Pending(transaction, done))) {
            Refused busy = new Refused(Refusal.BUSY, "the ledger's queue is full or closed: try again");
            done.complete(new TransactionResult(false, new byte[32], List.of(), List.of(busy)));
        }
        return done;
    }

    private void run() {
        try {
            while (!closed) {
                makeBlock(gather());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            // Whatever it is, what this process knows of the ledger may be wrong now: it must not sign on.
            closed = true;
            onFailure.accept(e);
        } finally {
            refuseWaiting();
        }
    }

    private List<Pending> gather() throws InterruptedException {
        long idleUntil = ledger.info().blockTime() + EMPTY_BLOCK_MS;
        Pending first = heldOver;
        heldOver = null;
        if (first == null) {
            long wait = Math.clamp(idleUntil - clockMs.getAsLong(), 1, EMPTY_BLOCK_MS);
            first = queue.poll(wait, TimeUnit.MILLISECONDS);
        }
        List<Pending> gathered = new ArrayList<>();
        int bytes = 0;
        for (Pending next = first; next != null; next = queue.poll()) {
            bytes += next.transaction().length;
            if (bytes > MAX_BLOCK_BYTES && !gathered.isEmpty()) {
                heldOver = next;
                break;
            }
            gathered.add(next);
        }
        return gathered;
    }

    private void makeBlock(List<Pending> pending) {
        Application.Info info = ledger.info();
        long time = Math.max(clockMs.getAsLong(), info.blockTime() + 1);
        List<byte[]> transactions = pending.stream().map(Pending::transaction).toList();
        var block = new Application.DecidedBlock(info.height() + 1, time, transactions);
        Application.Finalized finalized = ledger.finalizeBlock(block);
        byte[] header = new SoloHeader(
                        info.ledger(),
                        info.era(),
                        block.height(),
                        time,
                        info.headerHash(),
                        SoloHeader.transactionsRoot(transactions),
                        finalized.appHash())
                .encode();
        ledger.commit(header);
        // A crash here: the block is durable and unsigned; `start` signs it.
        ledger.certify(block.height(), engineKey.sign(SoloHeader.toSign(header)));
        for (int i = 0; i < pending.size(); i++) {
            pending.get(i).done().complete(finalized.results().get(i));
        }
    }

    private void refuseWaiting() {
        Refused gone = new Refused(Refusal.BUSY, "the ledger has stopped");
        var result = new TransactionResult(false, new byte[32], List.of(), List.of(gone));
        Pending held = heldOver;
        if (held != null) {
            held.done().complete(result);
        }
        for (Pending next = queue.poll(); next != null; next = queue.poll()) {
            Objects.requireNonNull(next).done().complete(result);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
