package io.thingstead.node.command;

import io.thingstead.kit.model.DeviceId;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which commands changed lately, for those who show them live. Bounded: of many changes the oldest are forgotten.
public final class CommandChanges {
    private static final int MOST = 256;

    private final ArrayDeque<Changed> newest = new ArrayDeque<>();
    private long next;

    /// A command that got a step.
    public record Changed(DeviceId device, long number) {}

    synchronized void add(DeviceId device, long number) {
        newest.add(new Changed(device, number));
        next++;
        if (newest.size() > MOST) {
            newest.remove();
        }
    }

    /// The serial of the next change.
    public synchronized long next() {
        return next;
    }

    /// What changed from this serial on, each command once.
    public synchronized List<Changed> since(long serial) {
        Set<Changed> changed = new LinkedHashSet<>();
        long at = next - newest.size();
        for (Changed each : newest) {
            if (at++ >= serial) {
                changed.add(each);
            }
        }
        return List.copyOf(changed);
    }
}
