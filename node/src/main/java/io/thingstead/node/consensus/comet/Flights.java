package io.thingstead.node.consensus.comet;

import io.thingstead.node.consensus.TransactionPool.Pending;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Batches that were handed to the engine and are not in a block yet, by their number, each with who waits for it. Safe
/// for all threads.
final class Flights {
    private final TreeMap<Long, Flight> open = new TreeMap<>();

    /// A batch on its way.
    ///
    /// @param handedOver when the engine took it last, by `System.nanoTime`
    record Flight(long sequence, byte[] batch, List<Pending> parts, long handedOver) {
        Flight {
            parts = List.copyOf(parts);
        }
    }

    synchronized void add(Flight flight) {
        open.put(flight.sequence(), flight);
    }

    /// The number of the newest one, 0 when none is on its way.
    synchronized long newest() {
        return open.isEmpty() ? 0 : open.lastKey();
    }

    /// Takes out the batch with this number.
    synchronized @Nullable Flight landed(long sequence) {
        Flight flight = open.remove(sequence);
        notifyAll();
        return flight;
    }

    /// Those whose number is used up by another batch.
    synchronized List<Flight> overtaken(long sequence) {
        List<Flight> gone = new ArrayList<>(open.headMap(sequence, true).values());
        open.headMap(sequence, true).clear();
        notifyAll();
        return gone;
    }

    /// Those that were handed over before then.
    synchronized List<Flight> olderThan(long nanos) {
        return open.values().stream().filter(f -> f.handedOver() - nanos < 0).toList();
    }

    synchronized void handedOverAgain(Flight flight, long nanos) {
        open.computeIfPresent(flight.sequence(), (sequence, f) -> new Flight(sequence, f.batch(), f.parts(), nanos));
    }

    synchronized List<Flight> takeAll() {
        List<Flight> all = new ArrayList<>(open.values());
        open.clear();
        return all;
    }

    /// Waits until fewer than `limit` are open, at most this long.
    synchronized boolean awaitBelow(int limit, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (open.size() >= limit) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
