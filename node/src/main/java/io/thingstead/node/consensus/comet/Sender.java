package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TransactionPool;
import io.thingstead.node.consensus.TransactionPool.Pending;
import io.thingstead.node.consensus.comet.Flights.Flight;
import io.thingstead.node.ledger.MemberBatch;
import io.thingstead.node.ledger.TransactionResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands this member's transactions to the engine in batches, at most two on their way at once: the next one gathers
/// meanwhile. Batches are numbered without gaps; one that did not land is handed over again, and one whose number was
/// used up by another (before a restart) is taken apart and packed anew.
final class Sender {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final int ON_THEIR_WAY = 2;
    private static final long WAIT_MS = 200;
    private static final long HAND_OVER_AGAIN_MS = 2_000;

    private final TransactionPool pool = new TransactionPool();
    private final Flights flights = new Flights();
    private final ConcurrentLinkedQueue<Pending> again = new ConcurrentLinkedQueue<>();
    /// Taken out of the pool, in no batch yet. The sender's thread alone touches it.
    private final List<Pending> waiting = new ArrayList<>();

    private final StoredLedger ledger;
    private final Way way;
    private final MemberId member;
    private final Signer nodeKey;
    private final LongSupplier clockMs;
    private final LongSupplier nanos;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean closed;

    /// How a batch comes to the engine.
    interface Way {
        /// Null when the engine takes it, else why not.
        @Nullable
        String handOver(byte[] batch) throws IOException;
    }

    /// @param nanos the clock that waits are measured with, as `System.nanoTime`
    Sender(
            StoredLedger ledger,
            Way way,
            MemberId member,
            Signer nodeKey,
            LongSupplier clockMs,
            LongSupplier nanos,
            Consumer<Throwable> onFailure) {
        this.ledger = ledger;
        this.way = way;
        this.member = member;
        this.nodeKey = nodeKey;
        this.clockMs = clockMs;
        this.nanos = nanos;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("comet-sender").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<TransactionResult> submit(byte[] transaction) {
        return pool.add(transaction);
    }

    int waiting() {
        return pool.size();
    }

    private void run() {
        try {
            while (!closed) {
                round(WAIT_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
        refuseWaiting(new Refused(Refusal.BUSY, "the ledger is closing: try again later"));
    }

    /// What is in no batch on its way is refused.
    void refuseWaiting(Refused why) {
        waiting.forEach(pending -> pending.refuse(why));
        again.forEach(pending -> pending.refuse(why));
    }

    /// One round of the sender's thread, or of whoever takes its place: hands over again what did not land, and packs
    /// what waits where there is room on the way.
    ///
    /// @param waitMs how long to wait for something to do
    void round(long waitMs) throws InterruptedException {
        handOverAgain();
        takeAgain();
        if (waiting.isEmpty()) {
            pool.take(waiting, waitMs);
        }
        if (!closed && !waiting.isEmpty() && flights.awaitBelow(ON_THEIR_WAY, waitMs)) {
            // What came while the batches before were on their way goes with it.
            pool.take(waiting, 0);
            handOverNext();
        }
    }

    private void takeAgain() {
        for (Pending pending = again.poll(); pending != null; pending = again.poll()) {
            waiting.add(pending);
        }
    }

    /// Packs of what waits, in its order, what fits and would be taken.
    private void handOverNext() {
        List<Pending> parts = new ArrayList<>();
        int bytes = 0;
        int looked = 0;
        long sequence;
        byte[] batch;
        synchronized (ledger) {
            long time = Math.max(clockMs.getAsLong(), ledger.info().blockTime() + 1);
            for (Pending pending : waiting) {
                int size = pending.transaction().length + MemberBatch.FRAME_BYTES;
                boolean fits = parts.isEmpty()
                        || (bytes + size <= MemberBatch.ROOM && parts.size() < MemberBatch.MAX_TRANSACTIONS);
                if (!fits) {
                    break;
                }
                looked++;
                Optional<Refused> refused = ledger.checkTransaction(pending.transaction(), time);
                if (refused.isPresent()) {
                    pending.refuse(refused.get());
                } else {
                    parts.add(pending);
                    bytes += size;
                }
            }
            waiting.subList(0, looked).clear();
            if (parts.isEmpty()) {
                return;
            }
            sequence = Math.max(ledger.batchSequence(member), flights.newest()) + 1;
            batch = MemberBatch.sign(
                    ledger.info().ledger(),
                    member,
                    sequence,
                    parts.stream().map(Pending::transaction).toList(),
                    nodeKey);
            flights.add(new Flight(sequence, batch, parts, nanos.getAsLong()));
        }
        handOver(batch);
    }

    private void handOverAgain() {
        long now = nanos.getAsLong();
        for (Flight flight : flights.olderThan(now - TimeUnit.MILLISECONDS.toNanos(HAND_OVER_AGAIN_MS))) {
            Refused removed = removal(flight.batch());
            if (removed == null) {
                flights.handedOverAgain(flight, now);
                handOver(flight.batch());
            } else {
                flights.landed(flight.sequence());
                flight.parts().forEach(part -> part.refuse(removed));
            }
        }
    }

    /// A member that was removed hands in nothing any more: its batches never land, and whoever waits is told so.
    private @Nullable Refused removal(byte[] batch) {
        synchronized (ledger) {
            return ledger.check(batch)
                    .filter(why -> why.code() == Refusal.MEMBER_REMOVED)
                    .orElse(null);
        }
    }

    private void handOver(byte[] batch) {
        try {
            String why = way.handOver(batch);
            if (why != null) {
                LOG.debug("the engine does not take a batch now: {}", why);
            }
        } catch (IOException e) {
            LOG.debug("the engine cannot be reached, transactions wait: {}", e.toString());
        }
    }

    /// Tells those who wait what became of their transactions. Called with the ledger held.
    void committed(DecidedBlock block, Finalized what) {
        int at = 0;
        for (int i = 0; i < block.transactions().size(); i++) {
            int count = what.split().get(i);
            landed(block.transactions().get(i), what.results().subList(at, at + count));
            at += count;
        }
        flights.overtaken(ledger.batchSequence(member)).forEach(flight -> again.addAll(flight.parts()));
    }

    private void landed(byte[] batch, List<TransactionResult> results) {
        if (results.isEmpty()) {
            return;
        }
        MemberBatch decoded = MemberBatch.decode(batch).orThrow();
        if (!decoded.member().equals(member)) {
            return;
        }
        Flight flight = flights.landed(decoded.sequence());
        if (flight == null) {
            return;
        }
        if (!Arrays.equals(flight.batch(), batch)) {
            again.addAll(flight.parts());
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            flight.parts().get(i).done().complete(results.get(i));
        }
    }

    /// Nothing new is taken; what is on its way may still land within this time.
    void drain(Refused why, long millis) throws InterruptedException {
        // First nothing more is packed, then what was packed lands.
        stopTaking(why);
        if (thread.isAlive()) {
            thread.join(millis);
        }
        if (!flights.awaitBelow(1, millis)) {
            LOG.warn("batches were on their way still when the engine was closed");
        }
    }

    void stopTaking(Refused why) {
        pool.close(why);
        closed = true;
        pool.wake();
    }

    /// Whether no batch is on its way.
    boolean isLanded() throws InterruptedException {
        return flights.awaitBelow(1, 0);
    }

    /// Everything is refused with this; whoever waits for what is on its way is told that nobody knows.
    void fail(Refused why, EngineStopped unknown) {
        closed = true;
        pool.close(why);
        flights.takeAll()
                .forEach(flight -> flight.parts().forEach(part -> part.done().completeExceptionally(unknown)));
    }
}
