package io.thingstead.node.consensus;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.TransactionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Transactions that wait for a block, bounded in number and in bytes; what does not fit is refused as busy.
/// Any thread adds, the engine's thread takes.
public final class TransactionPool {
    private static final int MAX_TRANSACTIONS = 50_000;
    private static final long MAX_BYTES = 64L << 20;

    /// A transaction, and who waits for what becomes of it.
    public record Pending(byte[] transaction, CompletableFuture<TransactionResult> done) {
        boolean isWake() {
            return transaction.length == 0;
        }

        public void refuse(Refused refused) {
            done.complete(TransactionResult.ignored(refused));
        }
    }

    private static final Pending WAKE = new Pending(new byte[0], new CompletableFuture<>());

    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_TRANSACTIONS);
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Refused closed;

    public CompletableFuture<TransactionResult> add(byte[] transaction) {
        Pending pending = new Pending(transaction, new CompletableFuture<>());
        Refused why = closed;
        if (why != null) {
            pending.refuse(why);
        } else if (transaction.length == 0 || transaction.length > Transaction.MAX_BYTES) {
            pending.refuse(
                    new Refused(Refusal.TX_MALFORMED, "a transaction has 1 to " + Transaction.MAX_BYTES + " bytes"));
        } else if (bytes.addAndGet(transaction.length) > MAX_BYTES || !queue.offer(pending)) {
            bytes.addAndGet(-transaction.length);
            pending.refuse(new Refused(Refusal.BUSY, "too many transactions wait for the ledger: try again"));
        } else if (closed != null) {
            // It was closed between the look and the offer, and may have been emptied before: nobody would answer.
            refuseAll();
        }
        return pending.done();
    }

    /// Moves all that wait into `taken`, at most waiting this long for the first. False when there was nothing.
    public boolean take(List<Pending> taken, long waitMs) throws InterruptedException {
        Pending first = taken.isEmpty() ? queue.poll(waitMs, TimeUnit.MILLISECONDS) : queue.poll();
        if (first == null) {
            return false;
        }
        List<Pending> more = new ArrayList<>();
        more.add(first);
        queue.drainTo(more);
        for (Pending pending : more) {
            if (!pending.isWake()) {
                bytes.addAndGet(-pending.transaction().length);
                taken.add(pending);
            }
        }
        return true;
    }

    /// How many wait.
    public int size() {
        return queue.size();
    }

    /// Ends the wait of `take`.
    public void wake() {
        // A full queue wakes it anyway.
        boolean added = queue.offer(WAKE);
        assert added || !queue.isEmpty();
    }

    /// From now on everything is refused with this, what waits too.
    public void close(Refused why) {
        closed = why;
        refuseAll();
    }

    private void refuseAll() {
        Refused why = closed;
        for (Pending pending = queue.poll(); pending != null && why != null; pending = queue.poll()) {
            bytes.addAndGet(-pending.transaction().length);
            pending.refuse(why);
        }
    }
}
