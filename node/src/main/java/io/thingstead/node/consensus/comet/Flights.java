package io.thingstead.node.consensus.comet;

import io.thingstead.node.consensus.TransactionPool.Pending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was handed to the engine and is not in a block yet, each with who waits for it. Safe for all threads.
final class Flights {
    private final TreeMap<byte[], Flight> open = new TreeMap<>(Arrays::compareUnsigned);

    /// An engine transaction on its way.
    ///
    /// @param handedOver when the engine took it last, by `System.nanoTime`
    record Flight(byte[] transaction, List<Pending> parts, long handedOver) {
        Flight {
            parts = List.copyOf(parts);
        }
    }

    /// False when the same is on its way already: then it has one more who waits.
    synchronized boolean add(Flight flight) {
        Flight before = open.get(flight.transaction());
        if (before == null) {
            open.put(flight.transaction(), flight);
            return true;
        }
        List<Pending> both = new ArrayList<>(before.parts());
        both.addAll(flight.parts());
        open.put(flight.transaction(), new Flight(before.transaction(), both, before.handedOver()));
        return false;
    }

    synchronized int count() {
        return open.size();
    }

    /// Takes out what has landed in a block.
    synchronized @Nullable Flight landed(byte[] transaction) {
        Flight flight = open.remove(transaction);
        notifyAll();
        return flight;
    }

    /// Those that were handed over before then.
    synchronized List<Flight> olderThan(long nanos) {
        return open.values().stream().filter(f -> f.handedOver() - nanos < 0).toList();
    }

    synchronized void handedOverAgain(Flight flight, long nanos) {
        open.computeIfPresent(flight.transaction(), (key, f) -> new Flight(key, f.parts(), nanos));
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
