package io.thingstead.node.command;

import io.thingstead.node.log.GivenNumbers;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// What is open for one device, and where the device takes it. Guarded by its own lock.
final class DeviceCommands {
    private final TreeMap<Long, OpenCommand> open = new TreeMap<>();
    private final CopyOnWriteArrayList<CommandOutlet> outlets = new CopyOnWriteArrayList<>();
    private final GivenNumbers numbers;
    private int underWay;

    /// @param highest number so far
    DeviceCommands(long highest) {
        numbers = new GivenNumbers(highest);
    }

    /// The number of a new command; 0 when too many are open already.
    synchronized long take(int most) {
        if (open.size() + underWay >= most) {
            return 0;
        }
        underWay++;
        return numbers.take();
    }

    synchronized void issued(long number, @Nullable OpenCommand command) {
        underWay--;
        numbers.answered(number, command != null);
        if (command != null) {
            open.put(number, command);
        }
    }

    synchronized void restore(OpenCommand command) {
        open.put(command.command().number(), command);
    }

    synchronized void ended(long number) {
        open.remove(number);
    }

    synchronized @Nullable OpenCommand find(long number) {
        return open.get(number);
    }

    /// Oldest first.
    synchronized List<OpenCommand> all() {
        return List.copyOf(open.values());
    }

    void add(CommandOutlet outlet) {
        outlets.addIfAbsent(outlet);
    }

    void remove(CommandOutlet outlet) {
        outlets.remove(outlet);
    }

    int outlets() {
        return outlets.size();
    }

    void wake() {
        outlets.forEach(CommandOutlet::wake);
    }
}
