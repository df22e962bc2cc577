package io.thingstead.node.people;

import java.util.concurrent.ConcurrentHashMap;

/// When sessions and keys were last used: each use in memory, in the store now and then, so that no request waits for
/// the disk to say that it came.
final class LastUse {
    private static final long KEPT_EVERY_MS = 5 * 60_000;

    private final ConcurrentHashMap<String, Long> used = new ConcurrentHashMap<>();

    /// @param keptMs what the store says
    long of(String id, long keptMs) {
        return Math.max(keptMs, used.getOrDefault(id, 0L));
    }

    /// Notes a use; says whether the store should be told.
    boolean now(String id, long keptMs, long nowMs) {
        used.put(id, nowMs);
        return nowMs - keptMs >= KEPT_EVERY_MS;
    }

    void forget(String id) {
        used.remove(id);
    }
}
