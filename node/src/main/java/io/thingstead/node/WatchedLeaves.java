package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.WatchedContract.Found;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Hands the leaves of a log to the contracts that wait for them. Each leaf is read once for all contracts that are up
/// to date, and only those are asked that wait for its device. Contracts that begin further back are brought up to date
/// together.
final class WatchedLeaves {
    private static final int AT_ONCE = 1_000;
    /// What leads a contract on often stands right where it begins: so many contracts are offered so many leaves alone,
    /// before all that are behind are brought up to date together.
    private static final int MOST_ALONE = 1_000;

    private static final int LEAVES_ALONE = 8;

    private final LogReader log;
    private final Map<DeviceId, SequencedSet<WatchedContract>> upToDate = new HashMap<>();
    /// By the first leaf that they were not offered.
    private final SortedMap<Long, SequencedSet<WatchedContract>> behind = new TreeMap<>();

    private final Map<Long, WatchedContract> waiting = new HashMap<>();
    /// The first leaf that was not handed out yet.
    private long next;

    WatchedLeaves(LogReader log) {
        this.log = log;
    }

    /// How many contracts wait.
    int size() {
        return waiting.size();
    }

    /// The contract waits from its first leaf on.
    void add(WatchedContract contract) {
        waiting.put(contract.number(), contract);
        behind.computeIfAbsent(contract.next(), _ -> new LinkedHashSet<>()).add(contract);
    }

    /// The contract waits no more.
    void remove(long number) {
        WatchedContract contract = waiting.remove(number);
        if (contract != null) {
            SequencedSet<WatchedContract> there = behind.get(contract.next());
            if (there != null && there.remove(contract) && there.isEmpty()) {
                behind.remove(contract.next());
            }
            forget(upToDate, contract);
        }
    }

    private static void forget(Map<DeviceId, SequencedSet<WatchedContract>> of, WatchedContract contract) {
        for (DeviceId device : contract.devices()) {
            SequencedSet<WatchedContract> there = of.get(device);
            if (there != null && there.remove(contract) && there.isEmpty()) {
                of.remove(device);
            }
        }
    }

    private static void follow(Map<DeviceId, SequencedSet<WatchedContract>> in, WatchedContract contract) {
        contract.devices()
                .forEach(device ->
                        in.computeIfAbsent(device, _ -> new LinkedHashSet<>()).add(contract));
    }

    /// Hands out the leaves before `end`. A contract that found something waits no more.
    void advance(long end, BiConsumer<WatchedContract, Found> found) {
        if (upToDate.isEmpty()) {
            next = Math.max(next, firstBehind(end));
        }
        offerAlone(Math.min(next, end), found);
        catchUp(Math.min(next, end), found);
        while (next < end) {
            for (LeafRecord leaf : log.leaves(next, (int) Math.min(AT_ONCE, end - next))) {
                next = leaf.index() + 1;
                offer(leaf, upToDate, found);
            }
        }
    }

    private void offerAlone(long to, BiConsumer<WatchedContract, Found> found) {
        List<WatchedContract> all = new ArrayList<>();
        behind.headMap(to).values().forEach(all::addAll);
        if (all.size() > MOST_ALONE) {
            return;
        }
        for (WatchedContract contract : all) {
            remove(contract.number());
            long at = contract.next();
            Optional<Found> what = Optional.empty();
            for (LeafRecord leaf : log.leaves(at, (int) Math.min(LEAVES_ALONE, to - at))) {
                at = leaf.index() + 1;
                if (leaf.isFrame()) {
                    what = contract.offer(leaf);
                }
                if (what.isPresent()) {
                    break;
                }
            }
            contract.goOnAt(at);
            if (what.isPresent()) {
                found.accept(contract, what.get());
            } else {
                add(contract);
            }
        }
    }

    private void catchUp(long to, BiConsumer<WatchedContract, Found> found) {
        Map<DeviceId, SequencedSet<WatchedContract>> following = new HashMap<>();
        SequencedSet<WatchedContract> all = new LinkedHashSet<>();
        for (long at = firstBehind(to); at < to; ) {
            for (LeafRecord leaf : log.leaves(at, (int) Math.min(AT_ONCE, to - at))) {
                at = leaf.index() + 1;
                for (WatchedContract joins : takeBehind(at)) {
                    all.add(joins);
                    follow(following, joins);
                }
                offer(leaf, following, found);
            }
        }
        all.removeIf(contract -> waiting.get(contract.number()) != contract);
        all.addAll(takeBehind(to + 1));
        for (WatchedContract contract : all) {
            contract.goOnAt(to);
            follow(upToDate, contract);
        }
    }

    private long firstBehind(long otherwise) {
        return behind.isEmpty() ? otherwise : Math.min(behind.firstKey(), otherwise);
    }

    /// Those that wait for a leaf below this one.
    private List<WatchedContract> takeBehind(long below) {
        List<WatchedContract> taken = new ArrayList<>();
        while (!behind.isEmpty() && behind.firstKey() < below) {
            taken.addAll(behind.remove(behind.firstKey()));
        }
        return taken;
    }

    private void offer(
            LeafRecord leaf,
            Map<DeviceId, SequencedSet<WatchedContract>> to,
            BiConsumer<WatchedContract, Found> found) {
        SequencedSet<WatchedContract> there =
                leaf.isFrame() ? to.get(leaf.stream().device()) : null;
        if (there == null) {
            return;
        }
        for (WatchedContract contract : List.copyOf(there)) {
            contract.offer(leaf).ifPresent(what -> {
                waiting.remove(contract.number());
                forget(to, contract);
                found.accept(contract, what);
            });
        }
    }
}
